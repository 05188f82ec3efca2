// Options for traces: which headers carry them, which requests are recorded, and where spans go.

#ifndef TRESTLE_SERVER_TRACER_OPTIONS_H_
#define TRESTLE_SERVER_TRACER_OPTIONS_H_

#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "trestle/server/backend_options.h"

namespace trestle {

// Headers that carry a trace from a client, and metadata that carry it on to a backend.
enum class TraceFormat {
  kTraceContext,  // traceparent, tracestate (W3C Trace Context)
  kBaggage,       // baggage (W3C Baggage), which is forwarded unchanged
  kB3,            // b3, of Zipkin
  kB3Multi,       // x-b3-traceid, x-b3-spanid, x-b3-sampled, x-b3-flags
  kCloud,         // x-cloud-trace-context, of Google Cloud
};

// Selects the requests that are sampled, that is, recorded and exported.
enum class TraceSampling {
  kParent,  // those that the client has sampled; of those without its decision, a ratio
  kAlways,
  kNever,
};

enum class OtlpProtocol {
  kGrpc,      // usually on port 4317
  kHttpJson,  // POST /v1/traces, usually on port 4318
};

struct TracerOptions {
  // The first format that a request has a valid trace in counts; all are sent to the backend.
  // traceparent, tracestate and baggage are not forwarded if their format is not listed.
  std::vector<TraceFormat> formats = {TraceFormat::kTraceContext, TraceFormat::kBaggage};

  TraceSampling sampling = TraceSampling::kParent;
  // With kParent: the share of the requests without a decision of the client's that is sampled, 0
  // to 1. It is a function of the trace id, so other services with the same ratio agree.
  double ratio = 1;

  bool with_query = false;  // record url.query, which may have secrets
  // The number of trusted proxies in front of the server, as in HeaderOptions::trusted_hops, for
  // client.address.
  int trusted_hops = 0;

  // The collector: host:port, or any gRPC target with kGrpc. Empty: no spans are recorded, but
  // traces are continued, and sent to the backend.
  std::string endpoint;
  OtlpProtocol protocol = OtlpProtocol::kGrpc;
  absl::optional<BackendTls> tls = absl::nullopt;  // none: plaintext

  // Attributes of the resource. The name is service.name; if it is empty, that is OTEL_SERVICE_NAME
  // or part of OTEL_RESOURCE_ATTRIBUTES, else "trestle". These attributes take precedence over
  // those of the environment.
  std::string service_name;
  std::vector<std::pair<std::string, std::string>> resource_attributes;

  size_t max_queued = size_t{16} << 20;  // bytes of spans that wait to be sent
  size_t max_batch = size_t{256} << 10;  // bytes of spans in one request, about
  // No wait of the tracer's thread is longer than 24 hours.
  absl::Duration interval = absl::Seconds(1);  // between two requests, unless a batch is full
  absl::Duration timeout = absl::Seconds(10);  // for one request
  // A request that fails for a reason that may pass is sent again, after a pause that doubles each
  // time, for this long. Then its spans are dropped.
  absl::Duration retry_pause = absl::Seconds(1);
  absl::Duration retry_time = absl::Minutes(1);
  absl::Duration flush_timeout = absl::Seconds(5);  // for what is left when the tracer ends

  // Called with a sentence when spans are lost or the collector refuses them, at most once a
  // minute, by the tracer's thread. Null: not called.
  std::function<void(const std::string& problem)> on_problem = nullptr;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_TRACER_OPTIONS_H_
