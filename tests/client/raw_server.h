// A server over TCP, TLS or a Unix socket that sends what a test's script sends, byte by byte.

#ifndef TRESTLE_TESTS_CLIENT_RAW_SERVER_H_
#define TRESTLE_TESTS_CLIENT_RAW_SERVER_H_

#include <openssl/ssl.h>
#include <sys/types.h>

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
class ServedConnection {
 public:
  // `ssl` is null without TLS.
  ServedConnection(int fd, SSL* ssl) : fd_(fd), ssl_(ssl) {}

  // Returns the next request, with its body by Content-Length; empty when the client has closed
  // the connection.
  std::string ReadRequest();
  // Returns the head of the next request with its empty line, without its body.
  std::string ReadHead();
  // Returns the next bytes, at most `size`; empty at the end.
  std::string ReadSome(size_t size);
  // Returns whether the client still takes `bytes`.
  bool Write(absl::string_view bytes);
  // Sends "HTTP/1.1 <status>", a Content-Length, and `body`.
  void Respond(absl::string_view status_line, absl::string_view body);
  // Waits until the client closes the connection, reading whatever it sends.
  void WaitForEnd();
  // Ends the connection in this direction.
  void EndSending();
  // Has the connection reset when it is closed.
  void ResetAtEnd();

  SSL* ssl() const { return ssl_; }

 private:
  ssize_t Receive(char* bytes, size_t size);

  int fd_;
  SSL* ssl_;
  std::string unread_;
};

// Runs `script` on a thread for each connection, and closes the connection afterwards, without
// TLS's close_notify.
class RawServer {
 public:
  using Script = std::function<void(ServedConnection&)>;

  explicit RawServer(Script script);  // 127.0.0.1, a free port
  RawServer(const std::string& unix_path, Script script);
  RawServer(SSL_CTX* tls, Script script);  // 127.0.0.1, a free port; TLS. `tls` must outlive it
  ~RawServer();                            // shuts all connections and waits for the scripts

  int port() const { return port_; }
  std::string url() const;  // "http://127.0.0.1:PORT", or https
  int connections() const { return connections_; }

 private:
  void Accept();
  void Serve(int fd);

  SSL_CTX* const tls_ = nullptr;
  const Script script_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_{0};
  absl::Mutex mutex_;
  std::vector<int> open_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> scripts_ ABSL_GUARDED_BY(mutex_);
  std::thread accepter_;
};

// Returns a port of 127.0.0.1 that no server listens on.
int ClosedPort();

}  // namespace trestle

#endif  // TRESTLE_TESTS_CLIENT_RAW_SERVER_H_
