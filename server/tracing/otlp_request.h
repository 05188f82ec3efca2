// Requests of OTLP: spans with the resource that they come from, in protobuf and in JSON.

#ifndef TRESTLE_SERVER_TRACING_OTLP_REQUEST_H_
#define TRESTLE_SERVER_TRACING_OTLP_REQUEST_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace trestle {

using ResourceAttributes = std::vector<std::pair<std::string, std::string>>;

// Returns a serialized opentelemetry.proto.resource.v1.Resource.
std::string SerializeResource(const ResourceAttributes& attributes);

// Returns a serialized ExportTraceServiceRequest with the resource of SerializeResource and
// `spans`, serialized elements of ScopeSpans.spans.
std::string SerializeRequest(absl::string_view resource, absl::string_view spans);

// Returns the JSON of a serialized ExportTraceServiceRequest, by the rules of OTLP: as ProtoJSON,
// but ids in hexadecimal digits, and enums as numbers. All elements of a repeated field must be
// next to each other. Fails with Internal if it is malformed.
absl::StatusOr<std::string> RequestToJson(absl::string_view request);

}  // namespace trestle

#endif  // TRESTLE_SERVER_TRACING_OTLP_REQUEST_H_
