// Traces: continues the traces of clients, and sends spans of requests and their calls to a
// collector.
//
//   trestle::TracerOptions options;
//   options.endpoint = "localhost:4317";
//   auto tracer = trestle::Tracer::Start(options);
//   if (tracer.ok()) server.Observe(*tracer);

#ifndef TRESTLE_SERVER_TRACER_H_
#define TRESTLE_SERVER_TRACER_H_

#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "trestle/server/handler.h"
#include "trestle/server/request_observer.h"
#include "trestle/server/tracer_options.h"

namespace trestle {

// Fails with InvalidArgument, which names the field, if `options` are invalid or contradict each
// other, and for an endpoint or TLS texts that cannot be used. With an endpoint, also if
// OTEL_RESOURCE_ATTRIBUTES is malformed. Opens no connection.
absl::Status CheckTracerOptions(const TracerOptions& options);

// Spans since the tracer was started.
struct TracerCounts {
  uint64_t sent = 0;     // accepted by the collector
  uint64_t dropped = 0;  // lost: the queue was full, or the collector did not accept them
};

// Sets RequestRecord::trace and the metadata of the call, and sends the spans of sampled requests
// to the collector, from a thread of its own. Thread-safe.
class Tracer final : public RequestObserver {
 public:
  // Reads OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES. Fails with InvalidArgument as
  // CheckTracerOptions does, and with ResourceExhausted if the process can have no more threads.
  static absl::StatusOr<std::shared_ptr<Tracer>> Start(const TracerOptions& options);

  // Sends what is left, within TracerOptions::flush_timeout. An attempt to connect to a collector
  // over HTTP is not interrupted: it can take 3 s, and the lookup of the host's name, longer.
  ~Tracer() override;

  TracerCounts counts() const;

  void OnBegin(Request& request, RequestRecord& record) override;
  void OnEnd(const RequestRecord& record) override;

  // Returns a middleware that sets `traceresponse` in each response to the trace id and the span of
  // the request (W3C Trace Context Level 2, draft of 2021), in the place of one that the response
  // has. Pass it to Server::Use; it can outlive the tracer.
  static Middleware TraceResponse();

 private:
  struct Rep;
  explicit Tracer(std::unique_ptr<Rep> rep);

  const std::unique_ptr<Rep> rep_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_TRACER_H_
