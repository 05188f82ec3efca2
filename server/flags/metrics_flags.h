// The flags for metrics.

#ifndef TRESTLE_SERVER_FLAGS_METRICS_FLAGS_H_
#define TRESTLE_SERVER_FLAGS_METRICS_FLAGS_H_

#include <CLI/CLI.hpp>

#include "trestle/server/metrics.h"

namespace trestle {

// Adds the flags to `app`. They set `*options`, which must outlive it.
void AddMetricsFlags(CLI::App& app, MetricsOptions* options);

}  // namespace trestle

#endif  // TRESTLE_SERVER_FLAGS_METRICS_FLAGS_H_
