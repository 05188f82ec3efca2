// The stand-alone gateway as a process, found in the test's runfiles.

#ifndef TRESTLE_TESTS_SERVER_GATEWAY_PROCESS_H_
#define TRESTLE_TESTS_SERVER_GATEWAY_PROCESS_H_

#include <string>
#include <vector>

#include "trestle/tests/server/process.h"

namespace trestle {

// The path of the program.
std::string GatewayProgram();

// One that serves on a free port of 127.0.0.1; a test that cannot start it fails.
class GatewayProcess {
 public:
  // `flags` beside `--listen`.
  explicit GatewayProcess(const std::vector<std::string>& flags);

  int port() const { return port_; }
  Process& process() { return process_; }

 private:
  Process process_;
  int port_ = 0;
};

}  // namespace trestle

#endif  // TRESTLE_TESTS_SERVER_GATEWAY_PROCESS_H_
