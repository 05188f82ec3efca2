// Metrics of the process, with the names that all client libraries of Prometheus use.

#ifndef TRESTLE_SERVER_METRICS_PROCESS_METRICS_H_
#define TRESTLE_SERVER_METRICS_PROCESS_METRICS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "trestle/server/metrics/exposition.h"

namespace trestle {

// Parts of proc(5), pid/stat.
struct ProcessStat {
  uint64_t cpu_ticks = 0;  // utime + stime
  uint64_t threads = 0;
  uint64_t start_ticks = 0;  // since boot
  uint64_t virtual_bytes = 0;
  uint64_t resident_pages = 0;
};

// Parses the content of /proc/self/stat. The name of the program in it may contain anything.
// Returns nullopt if it is malformed.
absl::optional<ProcessStat> ParseProcessStat(absl::string_view text);

// Parses the limit of open files out of the content of /proc/self/limits; nullopt if it is not
// there or unlimited.
absl::optional<uint64_t> ParseMaxFiles(absl::string_view text);

// Writes process_*. Leaves out what cannot be read.
void WriteProcessMetrics(Exposition* out);

}  // namespace trestle

#endif  // TRESTLE_SERVER_METRICS_PROCESS_METRICS_H_
