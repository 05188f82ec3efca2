// The numbers of OTLP's fields (proto/opentelemetry), so that no generated message is linked into
// programs that may have OpenTelemetry's own.

#ifndef TRESTLE_SERVER_TRACING_OTLP_FIELDS_H_
#define TRESTLE_SERVER_TRACING_OTLP_FIELDS_H_

#include <cstdint>

namespace trestle::otlp {

namespace request {  // ExportTraceServiceRequest
inline constexpr int32_t kResourceSpans = 1;
}  // namespace request

namespace response {  // ExportTraceServiceResponse, ExportTracePartialSuccess
inline constexpr int32_t kPartialSuccess = 1;
inline constexpr int32_t kRejectedSpans = 1;
inline constexpr int32_t kErrorMessage = 2;
}  // namespace response

namespace resource_spans {
inline constexpr int32_t kResource = 1;
inline constexpr int32_t kScopeSpans = 2;
inline constexpr int32_t kSchemaUrl = 3;
}  // namespace resource_spans

namespace resource {
inline constexpr int32_t kAttributes = 1;
}  // namespace resource

namespace scope_spans {
inline constexpr int32_t kScope = 1;
inline constexpr int32_t kSpans = 2;
inline constexpr int32_t kSchemaUrl = 3;
}  // namespace scope_spans

namespace scope {  // InstrumentationScope
inline constexpr int32_t kName = 1;
inline constexpr int32_t kVersion = 2;
}  // namespace scope

namespace span {
inline constexpr int32_t kTraceId = 1;
inline constexpr int32_t kSpanId = 2;
inline constexpr int32_t kTraceState = 3;
inline constexpr int32_t kParentSpanId = 4;
inline constexpr int32_t kName = 5;
inline constexpr int32_t kKind = 6;
inline constexpr int32_t kStart = 7;
inline constexpr int32_t kEnd = 8;
inline constexpr int32_t kAttributes = 9;
inline constexpr int32_t kDroppedAttributes = 10;
inline constexpr int32_t kEvents = 11;
inline constexpr int32_t kStatus = 15;
inline constexpr int32_t kFlags = 16;
}  // namespace span

namespace event {
inline constexpr int32_t kTime = 1;
inline constexpr int32_t kName = 2;
}  // namespace event

namespace status {
inline constexpr int32_t kCode = 3;
inline constexpr uint64_t kError = 2;
}  // namespace status

namespace key_value {
inline constexpr int32_t kKey = 1;
inline constexpr int32_t kValue = 2;
}  // namespace key_value

namespace any_value {
inline constexpr int32_t kString = 1;
inline constexpr int32_t kInt = 3;
}  // namespace any_value

}  // namespace trestle::otlp

#endif  // TRESTLE_SERVER_TRACING_OTLP_FIELDS_H_
