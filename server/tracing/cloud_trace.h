// The header x-cloud-trace-context of Google Cloud.

#ifndef TRESTLE_SERVER_TRACING_CLOUD_TRACE_H_
#define TRESTLE_SERVER_TRACING_CLOUD_TRACE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "trestle/server/trace_context.h"
#include "trestle/server/tracing/remote_trace.h"

namespace trestle {

// Parses
//
//   value    = trace-id [ "/" span-id ] [ ";o=" ( "0" | "1" ) ]
//   trace-id = 32HEXDIGLC
//   span-id  = 1*20DIGIT   ; an unsigned 64-bit number; 0: there is no span
//
// Returns false, and leaves `*trace` unchanged, if the value is malformed.
bool ParseCloudTrace(absl::string_view value, RemoteTrace* trace);

// Returns "105445aa7843bc8bf206b12000100000/18374686479671623803;o=1".
std::string FormatCloudTrace(const TraceContext& trace, const SpanId& span);

}  // namespace trestle

#endif  // TRESTLE_SERVER_TRACING_CLOUD_TRACE_H_
