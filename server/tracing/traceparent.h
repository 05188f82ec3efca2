// The headers of W3C Trace Context, level 2: traceparent and tracestate.

#ifndef TRESTLE_SERVER_TRACING_TRACEPARENT_H_
#define TRESTLE_SERVER_TRACING_TRACEPARENT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "trestle/server/trace_context.h"
#include "trestle/server/tracing/remote_trace.h"

namespace trestle {

// Parses the value of `traceparent`, without white space around it:
//
//   value      = version "-" trace-id "-" parent-id "-" trace-flags
//   version    = 2HEXDIGLC   ; not ff
//   trace-id   = 32HEXDIGLC  ; not all zero
//   parent-id  = 16HEXDIGLC  ; not all zero
//   trace-flags = 2HEXDIGLC
//
// Version 00 has no more than this; a higher one may continue with "-" and anything (section
// 4.3). Sets all members of `*trace` except `tracestate`. Returns false, and leaves `*trace`
// unchanged, if the value is malformed.
bool ParseTraceparent(absl::string_view value, RemoteTrace* trace);

// Returns the value of `tracestate` for the next service, from the lines of the request, which are
// one list. Returns "" if the list is malformed or has more than 32 members (section 3.3.1.1). Of
// members with the same key, the first is kept. A result of more than 512 characters is shortened:
// members of more than 128 characters are left out first, then those at the end (section 3.3.1.5).
std::string CombineTracestate(const std::vector<absl::string_view>& lines);

// Returns "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", with the trace id of `trace`,
// the span id `span` and the flags "sampled" and "random".
std::string FormatTraceparent(const TraceContext& trace, const SpanId& span);

}  // namespace trestle

#endif  // TRESTLE_SERVER_TRACING_TRACEPARENT_H_
