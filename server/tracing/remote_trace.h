// The trace of a client, as its headers describe it.

#ifndef TRESTLE_SERVER_TRACING_REMOTE_TRACE_H_
#define TRESTLE_SERVER_TRACING_REMOTE_TRACE_H_

#include <string>

#include "absl/types/optional.h"
#include "trestle/server/trace_context.h"

namespace trestle {

struct RemoteTrace {
  TraceId trace_id{};            // zero: the client has no trace
  SpanId span_id{};              // of the client's span; zero: the trace has none yet
  absl::optional<bool> sampled;  // the client's decision, if it has made one
  bool is_debug = false;         // B3: sampled regardless of all ratios
  bool is_random = false;        // W3C, level 2: the right 7 bytes of the trace id are random
  std::string tracestate;        // W3C; valid, or empty

  bool is_valid() const { return trace_id != TraceId{}; }
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_TRACING_REMOTE_TRACE_H_
