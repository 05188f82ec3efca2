// The stand-alone gateway as a process, found in the test's runfiles.

#ifndef TRESTLE_TESTS_TESTING_GATEWAY_PROCESS_H_
#define TRESTLE_TESTS_TESTING_GATEWAY_PROCESS_H_

#include <string>
#include <vector>

#include "trestle/tests/testing/process.h"

namespace trestle {

// Returns the path of the program.
std::string GatewayProgram();

// Returns the command that starts it, with `flags` in addition to `--listen`.
std::vector<std::string> GatewayCommand(const std::vector<std::string>& flags);
// Returns a command that runs `command` after `setup`, shell commands such as "ulimit -n 64".
std::vector<std::string> ShellCommand(const std::string& setup,
                                      const std::vector<std::string>& command);

// A gateway on a free port of 127.0.0.1. A test that cannot start it fails.
class GatewayProcess {
 public:
  // `flags` are in addition to `--listen`. `setup` is that of ShellCommand, or empty.
  explicit GatewayProcess(const std::vector<std::string>& flags, const std::string& setup = "");

  int port() const { return port_; }
  // Returns what it logged before it listened, without the line about what it serves.
  const std::vector<std::string>& before_listening() const { return before_listening_; }
  Process& process() { return process_; }

 private:
  Process process_;
  int port_ = 0;
  std::vector<std::string> before_listening_;
};

}  // namespace trestle

#endif  // TRESTLE_TESTS_TESTING_GATEWAY_PROCESS_H_
