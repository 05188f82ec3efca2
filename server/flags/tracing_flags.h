// The flags for traces.

#ifndef TRESTLE_SERVER_FLAGS_TRACING_FLAGS_H_
#define TRESTLE_SERVER_FLAGS_TRACING_FLAGS_H_

#include <CLI/CLI.hpp>

#include "absl/status/status.h"
#include "trestle/server/tracer_options.h"

namespace trestle {

struct TracingFlags {
  TracerOptions options;
  bool is_on = false;          // --trace_propagation was given
  bool with_response = false;  // send traceresponse
};

// Adds the flags to `app`. They set `*flags`.
void AddTracingFlags(CLI::App& app, TracingFlags* flags);

// Fails with InvalidArgument if flags contradict each other, or are given without traces.
absl::Status CheckTracingFlags(const TracingFlags& flags);

}  // namespace trestle

#endif  // TRESTLE_SERVER_FLAGS_TRACING_FLAGS_H_
