// The resource of the spans: the service, and where it runs.

#ifndef TRESTLE_SERVER_TRACING_RESOURCE_H_
#define TRESTLE_SERVER_TRACING_RESOURCE_H_

#include <functional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "trestle/server/tracer_options.h"
#include "trestle/server/tracing/otlp_request.h"

namespace trestle {

// Parses the value of OTEL_RESOURCE_ATTRIBUTES, "key1=value1,key2=value2" with "%" escapes in
// values. Fails with InvalidArgument for a member without "=", with an empty key, or whose value is
// not percent-encoded UTF-8.
absl::StatusOr<ResourceAttributes> ParseResourceAttributes(absl::string_view text);

// Returns the attributes of `options` and of the environment: service.name, service.version if the
// environment has none, telemetry.sdk.*, and others. `environment` returns the value of a variable,
// or null, as getenv does. Fails as ParseResourceAttributes does.
absl::StatusOr<ResourceAttributes> MakeResource(
    const TracerOptions& options, const std::function<const char*(const char*)>& environment);

}  // namespace trestle

#endif  // TRESTLE_SERVER_TRACING_RESOURCE_H_
