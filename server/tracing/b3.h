// The headers of Zipkin's B3 propagation (github.com/openzipkin/b3-propagation).

#ifndef TRESTLE_SERVER_TRACING_B3_H_
#define TRESTLE_SERVER_TRACING_B3_H_

#include <string>

#include "absl/strings/string_view.h"
#include "trestle/server/trace_context.h"
#include "trestle/server/tracing/remote_trace.h"

namespace trestle {

// Parses the value of `b3`:
//
//   value    = trace-id "-" span-id [ "-" sampling [ "-" parent-span-id ] ] | sampling
//   trace-id = 16HEXDIGLC | 32HEXDIGLC
//   sampling = "0" | "1" | "d"
//
// A trace id of 64 bits is extended with zeros on the left. Sampling alone is a decision without a
// trace: `*trace` stays invalid, but has the decision. Returns false, and leaves `*trace`
// unchanged, if the value is malformed or an id is zero.
bool ParseB3(absl::string_view value, RemoteTrace* trace);

// The values of the several headers; null: not sent. Others than these are not needed.
struct B3Headers {
  const std::string* trace_id = nullptr;  // x-b3-traceid
  const std::string* span_id = nullptr;   // x-b3-spanid
  const std::string* sampled = nullptr;   // x-b3-sampled: "0" or "1"; old clients: "false", "true"
  const std::string* flags = nullptr;     // x-b3-flags: "1" is debug
};

// Parses the several headers as ParseB3 does the single one. False also if there is none.
bool ParseB3(const B3Headers& headers, RemoteTrace* trace);

// Returns "80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1-05e3ac9a4f6e3b90": the trace,
// `span`, the decision ("d" if `is_debug`), and the parent of `span`.
std::string FormatB3(const TraceContext& trace, const SpanId& span, bool is_debug);

}  // namespace trestle

#endif  // TRESTLE_SERVER_TRACING_B3_H_
