// Writes a server's stats as metrics.

#ifndef TRESTLE_SERVER_METRICS_SERVER_METRICS_H_
#define TRESTLE_SERVER_METRICS_SERVER_METRICS_H_

#include "absl/time/time.h"
#include "trestle/server/metrics/exposition.h"
#include "trestle/server/server_stats.h"

namespace trestle {

// `now` is the time by absl::Now, to which the time until a certificate expires is counted.
void WriteServerMetrics(const ServerStats& stats, absl::Time now, Exposition* out);

// Writes trestle_build_info.
void WriteBuildInfo(Exposition* out);

}  // namespace trestle

#endif  // TRESTLE_SERVER_METRICS_SERVER_METRICS_H_
