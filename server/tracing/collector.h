// A collector of spans, which speaks OTLP over gRPC or over HTTP with JSON.

#ifndef TRESTLE_SERVER_TRACING_COLLECTOR_H_
#define TRESTLE_SERVER_TRACING_COLLECTOR_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "trestle/server/tracer_options.h"

namespace trestle {

// The result of a request.
struct SendResult {
  absl::Status status;
  bool may_retry = false;       // the same request may succeed later
  uint64_t rejected_spans = 0;  // of a request that succeeded
  std::string warning;          // of a request that succeeded
};

class Collector {
 public:
  virtual ~Collector() = default;
  // Sends a serialized ExportTraceServiceRequest, and waits for the response. Over gRPC this takes
  // at most `timeout`. Over HTTP, `timeout` limits each read and write, not their sum, and each
  // attempt to connect, which also ends after 3 s; the lookup of the host's name is not limited.
  // Called by one thread at a time.
  virtual SendResult Send(const std::string& request, absl::Duration timeout) = 0;
  // Is called after one or more Sends, by the same thread, when nothing is left to send for now.
  virtual void Rest() {}
  // Ends a Send that is in progress, except for an attempt to connect over HTTP, and all that
  // follow. May be called from any thread.
  virtual void Cancel() = 0;
};

// Returns the collector of `options.endpoint`. Connects on first use. Fails with InvalidArgument if
// the endpoint, or the texts of TLS, cannot be used.
absl::StatusOr<std::unique_ptr<Collector>> NewGrpcCollector(const TracerOptions& options);
absl::StatusOr<std::unique_ptr<Collector>> NewHttpCollector(const TracerOptions& options);

// Parses a serialized ExportTraceServiceResponse. Ignores malformed bytes.
void ReadPartialSuccess(absl::string_view response, SendResult* result);

}  // namespace trestle

#endif  // TRESTLE_SERVER_TRACING_COLLECTOR_H_
