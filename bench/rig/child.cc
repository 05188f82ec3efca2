#include "trestle/bench/rig/child.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace trestle {
namespace bench {

Child::Child(const std::vector<std::string>& command, std::string log) : log_(std::move(log)) {
  const int file = open(log_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
  Start(command, file, file);
  close(file);
}

std::string Child::WaitForLine(absl::string_view mark) {
  const absl::Time deadline = absl::Now() + absl::Seconds(10);
  while (Runs() && absl::Now() < deadline) {
    const std::string log = Log();
    const size_t found = log.find(std::string(mark));
    const size_t end = log.find('\n', found);
    if (found != std::string::npos && end != std::string::npos) {
      return log.substr(found + mark.size(), end - found - mark.size());
    }
    absl::SleepFor(absl::Milliseconds(5));
  }
  std::fprintf(stderr, "did not start: %s\n", Log().c_str());
  std::exit(1);
}

std::string Child::Log() const {
  std::ifstream file(log_, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace bench
}  // namespace trestle
