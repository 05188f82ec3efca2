// Reads the trace of a request from its headers, and writes it into the metadata of its call.

#ifndef TRESTLE_SERVER_TRACING_PROPAGATION_H_
#define TRESTLE_SERVER_TRACING_PROPAGATION_H_

#include <cstdint>
#include <vector>

#include "trestle/server/backend.h"
#include "trestle/server/trace_context.h"
#include "trestle/server/tracer_options.h"
#include "trestle/server/tracing/remote_trace.h"
#include "trestle/transcoding/http.h"

namespace trestle {

// Thread-safe.
class Propagation {
 public:
  explicit Propagation(const std::vector<TraceFormat>& formats);

  // Returns the trace, or the decision, of the first format for which the headers have a valid one;
  // otherwise an empty RemoteTrace. A header that may be sent only once is malformed if it is sent
  // twice.
  //
  // Removes headers that would be forwarded to the backend and contradict Inject: those whose
  // format is not listed, a tracestate that is malformed or has no traceparent, and x-b3-flags and
  // x-b3-sampled if Inject may send only the other one; also with the prefix "Grpc-Metadata-".
  RemoteTrace Extract(HttpFields* headers) const;

  // Appends the metadata of the call `trace.call_span_id`, in all formats. `remote` is the result
  // of Extract; its debug flag is passed on only if the trace is sampled.
  void Inject(const TraceContext& trace, const RemoteTrace& remote, Metadata* metadata) const;

 private:
  const std::vector<TraceFormat> formats_;
  uint32_t unlisted_ = 0;  // the headers that are always removed, as bits
  bool has_context_ = false;
  bool has_b3_multi_ = false;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_TRACING_PROPAGATION_H_
