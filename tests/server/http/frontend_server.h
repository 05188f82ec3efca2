// A front end with its own sockets, for tests of the wire format.

#ifndef TRESTLE_TESTS_SERVER_HTTP_FRONTEND_SERVER_H_
#define TRESTLE_TESTS_SERVER_HTTP_FRONTEND_SERVER_H_

#include <string>
#include <thread>

#include "trestle/server/handler.h"
#include "trestle/server/http/acceptor.h"
#include "trestle/server/http/frontend.h"

namespace trestle {

// A folder for a socket, which the destructor removes. Not in TempDir, whose path may be longer
// than a socket's may be; its name has no process id, because two sandboxes may share one.
class SocketFolder {
 public:
  SocketFolder();
  ~SocketFolder();
  SocketFolder(const SocketFolder&) = delete;
  SocketFolder& operator=(const SocketFolder&) = delete;

  std::string socket() const { return path_ + "/socket"; }

 private:
  std::string path_ = "/tmp/trestle-XXXXXX";
};

// Serves on a free port of 127.0.0.1 and on a Unix socket until it is destroyed. `handler` gets the
// whole body, unless it reads it itself, and runs on fibers or threads (TestConcurrency).
class FrontendServer {
 public:
  enum class Body { kRead, kForHandler };  // when `handler` is called

  explicit FrontendServer(Handler handler, const FrontendOptions& frontend = {},
                          const AcceptorOptions& acceptor = {}, Body body = Body::kRead);
  ~FrontendServer();

  int port() const { return port_; }
  std::string unix_path() const { return folder_.socket(); }
  void Shutdown();
  void Join();  // waits until the shutdown is complete
  void Stop();  // both

 private:
  SocketFolder folder_;
  Frontend frontend_;
  Acceptor acceptor_;
  int port_;
  std::thread thread_;
};

}  // namespace trestle

#endif  // TRESTLE_TESTS_SERVER_HTTP_FRONTEND_SERVER_H_
