// A TCP or Unix-socket server that says what a test tells it to, byte by byte.

#ifndef TRESTLE_TESTS_CLIENT_RAW_SERVER_H_
#define TRESTLE_TESTS_CLIENT_RAW_SERVER_H_

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace trestle {

// One accepted connection. Closed by its server.
class RawConnection {
 public:
  explicit RawConnection(int fd) : fd_(fd) {}

  // The next request's head with its empty line, and its body by Content-Length; empty
  // when the client has closed the connection.
  std::string ReadRequest();
  // Whether the client still takes them.
  bool Write(absl::string_view bytes);
  // Sends "HTTP/1.1 <status>", a Content-Length, and `body`.
  void Answer(absl::string_view status_line, absl::string_view body);
  // Waits until the client closes the connection, reading whatever it sends.
  void WaitForEnd();

 private:
  int fd_;
  std::string unread_;
};

// Runs `script` on a thread of its own for each connection; closes it afterwards.
class RawServer {
 public:
  using Script = std::function<void(RawConnection&)>;

  explicit RawServer(Script script);  // 127.0.0.1, a free port
  RawServer(const std::string& unix_path, Script script);
  ~RawServer();  // shuts all connections and waits for the scripts

  int port() const { return port_; }
  std::string url() const;
  int connections() const { return connections_; }

 private:
  void Accept();

  const Script script_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_{0};
  absl::Mutex mutex_;
  std::vector<int> open_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> scripts_ ABSL_GUARDED_BY(mutex_);
  std::thread accepter_;
};

// A port of 127.0.0.1 that nobody listens on.
int ClosedPort();

}  // namespace trestle

#endif  // TRESTLE_TESTS_CLIENT_RAW_SERVER_H_
