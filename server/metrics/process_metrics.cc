#include "trestle/server/metrics/process_metrics.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <memory>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace trestle {
namespace {

// Returns the content of a small file in /proc; empty if it cannot be read.
std::string ReadSmall(const char* path) {
  std::string text(16 << 10, '\0');
  const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return "";
  const ssize_t size = read(descriptor, &text[0], text.size());
  close(descriptor);
  text.resize(size > 0 ? static_cast<size_t>(size) : 0);
  return text;
}

absl::optional<uint64_t> CountOpenFiles() {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(opendir("/proc/self/fd"), closedir);
  if (folder == nullptr) return absl::nullopt;
  uint64_t count = 0;
  while (const dirent* entry = readdir(folder.get())) count += entry->d_name[0] != '.' ? 1 : 0;
  return count - 1;  // the folder itself
}

double TicksToSeconds(uint64_t ticks) {
  return static_cast<double>(ticks) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

// Returns when the system was booted, in Unix time; nullopt if it is not known.
absl::optional<double> BootTime() {
  double uptime = 0;
  const std::string text = ReadSmall("/proc/uptime");
  if (!absl::SimpleAtod(text.substr(0, text.find(' ')), &uptime)) return absl::nullopt;
  return absl::ToDoubleSeconds(absl::Now() - absl::UnixEpoch()) - uptime;
}

// The time does not change, though the clocks that it is computed from do.
absl::optional<double> StartTime(const ProcessStat& stat) {
  static const absl::optional<double> boot = BootTime();
  if (!boot.has_value()) return absl::nullopt;
  return *boot + TicksToSeconds(stat.start_ticks);
}

void WriteStat(const ProcessStat& stat, Exposition* out) {
  out->Begin({"process_cpu_seconds_total", MetricType::kCounter,
              "CPU time of the process, user and system, in seconds."});
  out->Sample("", TicksToSeconds(stat.cpu_ticks));
  out->Begin({"process_resident_memory_bytes", MetricType::kGauge, "Resident memory, in bytes."});
  out->Sample("", stat.resident_pages * static_cast<uint64_t>(sysconf(_SC_PAGESIZE)));
  out->Begin({"process_virtual_memory_bytes", MetricType::kGauge, "Virtual memory, in bytes."});
  out->Sample("", stat.virtual_bytes);
  out->Begin({"process_threads", MetricType::kGauge, "Threads of the process."});
  out->Sample("", stat.threads);
  const absl::optional<double> start = StartTime(stat);
  if (!start.has_value()) return;
  out->Begin({"process_start_time_seconds", MetricType::kGauge,
              "When the process started, in seconds since 1970 (Unix time)."});
  out->Sample("", *start);
}

}  // namespace

absl::optional<ProcessStat> ParseProcessStat(absl::string_view text) {
  // pid (comm) state ...: comm may contain spaces and parentheses.
  const size_t name_end = text.rfind(')');
  if (name_end == absl::string_view::npos) return absl::nullopt;
  const std::vector<absl::string_view> fields =
      absl::StrSplit(text.substr(name_end + 1), ' ', absl::SkipWhitespace());
  // Fields are numbered from 1 in proc(5); `state`, the first one here, is 3.
  const auto read = [&](size_t number, uint64_t* value) {
    return number - 3 < fields.size() && absl::SimpleAtoi(fields[number - 3], value);
  };
  ProcessStat stat;
  uint64_t user = 0;
  uint64_t system = 0;
  const bool is_whole = read(14, &user) && read(15, &system) && read(20, &stat.threads) &&
                        read(22, &stat.start_ticks) && read(23, &stat.virtual_bytes) &&
                        read(24, &stat.resident_pages);
  if (!is_whole) return absl::nullopt;
  stat.cpu_ticks = user + system;
  return stat;
}

absl::optional<uint64_t> ParseMaxFiles(absl::string_view text) {
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    if (!absl::ConsumePrefix(&line, "Max open files")) continue;
    const std::vector<absl::string_view> fields = absl::StrSplit(line, ' ', absl::SkipWhitespace());
    uint64_t limit = 0;
    if (fields.empty() || !absl::SimpleAtoi(fields[0], &limit)) return absl::nullopt;
    return limit;
  }
  return absl::nullopt;
}

void WriteProcessMetrics(Exposition* out) {
  const absl::optional<ProcessStat> stat = ParseProcessStat(ReadSmall("/proc/self/stat"));
  if (stat.has_value()) WriteStat(*stat, out);
  if (const absl::optional<uint64_t> open_files = CountOpenFiles()) {
    out->Begin({"process_open_fds", MetricType::kGauge, "Open file descriptors."});
    out->Sample("", *open_files);
  }
  if (const absl::optional<uint64_t> limit = ParseMaxFiles(ReadSmall("/proc/self/limits"))) {
    out->Begin({"process_max_fds", MetricType::kGauge, "Limit of open file descriptors."});
    out->Sample("", *limit);
  }
}

}  // namespace trestle
