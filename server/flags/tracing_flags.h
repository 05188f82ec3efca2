// The flags for traces.

#ifndef TRESTLE_SERVER_FLAGS_TRACING_FLAGS_H_
#define TRESTLE_SERVER_FLAGS_TRACING_FLAGS_H_

#include <CLI/CLI.hpp>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "trestle/server/backend_tls.h"
#include "trestle/server/tracer_options.h"

namespace trestle {

struct TracingFlags {
  TracerOptions options;         // without `tls`
  bool has_propagation = false;  // --trace_propagation was given
  bool with_response = false;    // send traceresponse
  bool tls = false;              // connect to the collector with TLS
  BackendTlsFiles tls_files;
};

// Adds the flags to `app`. They set `*flags`.
void AddTracingFlags(CLI::App& app, TracingFlags* flags);

// Fails with InvalidArgument if flags contradict each other, or are given without traces. Reads no
// file.
absl::Status CheckTracingFlags(const TracingFlags& flags);

// Returns true if requests are traced: --trace_propagation or --otlp_endpoint was given.
bool IsOn(const TracingFlags& flags);

// Returns the options of a tracer, with the content of the TLS files. Fails with InvalidArgument,
// naming the file, if one cannot be used.
absl::StatusOr<TracerOptions> ReadTracerOptions(const TracingFlags& flags);

}  // namespace trestle

#endif  // TRESTLE_SERVER_FLAGS_TRACING_FLAGS_H_
