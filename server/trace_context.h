// The identity of a trace and of a span in it (W3C Trace Context).

#ifndef TRESTLE_SERVER_TRACE_CONTEXT_H_
#define TRESTLE_SERVER_TRACE_CONTEXT_H_

#include <array>
#include <cstdint>

namespace trestle {

using TraceId = std::array<uint8_t, 16>;
using SpanId = std::array<uint8_t, 8>;

// All zero: there is no trace.
struct TraceContext {
  TraceId trace_id{};
  SpanId span_id{};         // the span of the request in this process
  SpanId parent_span_id{};  // of the client's span; zero if the trace began here
  SpanId call_span_id{};    // of the call to the backend
  bool is_sampled = false;
  // The right 7 bytes of the trace id are random (W3C Trace Context Level 2).
  bool is_random = false;

  bool is_valid() const { return trace_id != TraceId{}; }
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_TRACE_CONTEXT_H_
