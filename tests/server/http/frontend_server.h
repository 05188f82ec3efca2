// A front end on sockets of its own, for tests of what is on the wire.

#ifndef TRESTLE_TESTS_SERVER_HTTP_FRONTEND_SERVER_H_
#define TRESTLE_TESTS_SERVER_HTTP_FRONTEND_SERVER_H_

#include <string>
#include <thread>

#include "trestle/server/handler.h"
#include "trestle/server/http/acceptor.h"
#include "trestle/server/http/frontend.h"

namespace trestle {

// A folder that is as empty at its end. Not in TempDir, whose path may be longer than that
// of a socket may be; and no process id in its name, which two sandboxes may share.
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

// Serves on a free port of 127.0.0.1 and on a Unix socket for as long as it lives. `handler` gets
// the whole body, unless it is to read it itself, and is run as TestConcurrency says.
class FrontendServer {
 public:
  enum class Body { kRead, kForHandler };  // by the time that `handler` runs

  explicit FrontendServer(Handler handler, const FrontendOptions& frontend = {},
                          const AcceptorOptions& acceptor = {}, Body body = Body::kRead);
  ~FrontendServer();

  int port() const { return port_; }
  std::string unix_path() const { return folder_.socket(); }
  void Shutdown();
  void Join();  // waits for the end that Shutdown has begun
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
