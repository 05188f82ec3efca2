#include "trestle/tests/testing/gateway_process.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "trestle/tests/testing/test_concurrency.h"

namespace trestle {
std::string GatewayProgram() {
  return absl::StrCat(std::getenv("TEST_SRCDIR"), "/trestle/server/trestle");
}

std::vector<std::string> GatewayCommand(const std::vector<std::string>& flags) {
  std::vector<std::string> command = {GatewayProgram(), "--listen=127.0.0.1:0"};
  if (TestConcurrency() == Concurrency::kThreads) command.push_back("--concurrency=threads");
  command.insert(command.end(), flags.begin(), flags.end());
  return command;
}

std::vector<std::string> ShellCommand(const std::string& setup,
                                      const std::vector<std::string>& command) {
  if (setup.empty()) return command;
  std::vector<std::string> shell = {"/bin/sh", "-c", absl::StrCat(setup, "; exec \"$0\" \"$@\"")};
  shell.insert(shell.end(), command.begin(), command.end());
  return shell;
}

GatewayProcess::GatewayProcess(const std::vector<std::string>& flags, const std::string& setup)
    : process_(ShellCommand(setup, GatewayCommand(flags))) {
  // The port that it logs.
  std::string line;
  while (!absl::StrContains(line = process_.ReadErrorLine(), "listening on ") && !line.empty()) {
    if (!absl::StrContains(line, " info serving ")) before_listening_.push_back(line);
  }
  const size_t colon = line.rfind(':');
  if (!absl::StrContains(line, "listening on http://127.0.0.1:") ||
      !absl::SimpleAtoi(line.substr(colon + 1), &port_)) {
    ADD_FAILURE() << line;
    for (const std::string& before : before_listening_) ADD_FAILURE() << before;
  }
}

}  // namespace trestle
