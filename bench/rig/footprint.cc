#include "trestle/bench/rig/footprint.h"

#include <time.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace trestle {
namespace bench {
namespace {

std::string PathOf(pid_t process, absl::string_view name) {
  return absl::StrCat("/proc/", process, "/", name);
}

// Returns the number after "\nVmRSS:\t" in /proc/PID/status.
double FieldOf(const std::string& status, const char* name) {
  const std::string mark = absl::StrCat("\n", name, ":");
  const size_t found = status.find(mark);
  if (found == std::string::npos) return 0;
  return std::strtod(status.c_str() + found + mark.size(), nullptr);
}

// Returns the paths in a directory; none if it does not exist any more.
std::vector<std::string> EntriesOf(const std::string& folder) {
  std::error_code failure;
  std::vector<std::string> entries;
  for (std::filesystem::directory_iterator entry(folder, failure), end; !failure && entry != end;
       entry.increment(failure)) {
    entries.push_back(entry->path());
  }
  return entries;
}

std::string FirstLineOf(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

int CountOwnThreads(pid_t process) {
  const std::string name = FirstLineOf(PathOf(process, "comm"));
  const std::vector<std::string> threads = EntriesOf(PathOf(process, "task"));
  return static_cast<int>(std::count_if(
      threads.begin(), threads.end(),
      [&name](const std::string& thread) { return FirstLineOf(thread + "/comm") == name; }));
}

}  // namespace

Footprint FootprintOf(pid_t process) {
  std::ifstream file(PathOf(process, "status"));
  const std::string status(std::istreambuf_iterator<char>(file), {});
  Footprint footprint;
  footprint.resident_kb = FieldOf(status, "VmRSS");
  footprint.peak_kb = FieldOf(status, "VmHWM");
  footprint.threads = static_cast<int>(FieldOf(status, "Threads"));
  footprint.own_threads = CountOwnThreads(process);
  footprint.descriptors = static_cast<int>(EntriesOf(PathOf(process, "fd")).size());
  return footprint;
}

void ForgetPeak(pid_t process) { std::ofstream(PathOf(process, "clear_refs")) << "5\n"; }

absl::Duration CpuOf(pid_t process) {
  clockid_t clock;
  timespec used;
  if (clock_getcpuclockid(process, &clock) != 0 || clock_gettime(clock, &used) != 0) {
    return absl::ZeroDuration();
  }
  return absl::DurationFromTimespec(used);
}

}  // namespace bench
}  // namespace trestle
