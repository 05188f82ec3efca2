#include "trestle/tests/server/gateway_process.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "trestle/tests/server/test_concurrency.h"

namespace trestle {
namespace {

std::vector<std::string> CommandOf(const std::vector<std::string>& flags) {
  std::vector<std::string> command = {GatewayProgram(), "--listen=127.0.0.1:0"};
  if (TestConcurrency() == Concurrency::kThreads) command.push_back("--concurrency=threads");
  command.insert(command.end(), flags.begin(), flags.end());
  return command;
}

}  // namespace

std::string GatewayProgram() {
  return absl::StrCat(std::getenv("TEST_SRCDIR"), "/trestle/server/trestle");
}

GatewayProcess::GatewayProcess(const std::vector<std::string>& flags) : process_(CommandOf(flags)) {
  // Its port by its own word.
  const std::string line = process_.ReadErrorLine();
  const size_t colon = line.rfind(':');
  if (!absl::StrContains(line, "listening on http://127.0.0.1:") ||
      !absl::SimpleAtoi(line.substr(colon + 1), &port_)) {
    ADD_FAILURE() << line;
  }
}

}  // namespace trestle
