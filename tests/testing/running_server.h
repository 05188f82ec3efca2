// A server that serves while a test runs.

#ifndef TRESTLE_TESTS_TESTING_RUNNING_SERVER_H_
#define TRESTLE_TESTS_TESTING_RUNNING_SERVER_H_

#include <thread>

#include "absl/strings/string_view.h"
#include "trestle/server/server.h"

namespace trestle {

// Returns the port of a URL such as "http://127.0.0.1:8080". The test fails if there is none.
int PortOf(absl::string_view url);

// Lets a server listen on a free port of 127.0.0.1 and serve, on a thread of its own, until this is
// destroyed. The test fails if it cannot listen.
class RunningServer {
 public:
  // `server` has its routes, and must outlive this.
  explicit RunningServer(Server* server);
  ~RunningServer();
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;

  int port() const { return port_; }

 private:
  Server& server_;
  int port_ = 0;
  std::thread thread_;
};

}  // namespace trestle

#endif  // TRESTLE_TESTS_TESTING_RUNNING_SERVER_H_
