// The messages of grpc.health.v1.Health/Check as bytes
// (https://github.com/grpc/grpc/blob/master/doc/health-checking.md).

#ifndef TRESTLE_SERVER_ADMIN_HEALTH_SERVICE_H_
#define TRESTLE_SERVER_ADMIN_HEALTH_SERVICE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace trestle {

// The method that these are the messages of.
inline constexpr char kHealthCheckMethod[] = "/grpc.health.v1.Health/Check";

// Returns HealthCheckRequest{service}.
std::string HealthCheckRequest(absl::string_view service);

// Returns the name of the status in a HealthCheckResponse: "SERVING", "NOT_SERVING", "UNKNOWN",
// "SERVICE_UNKNOWN", or the number of another one. Fails with Internal if `message` is not a
// protobuf message, or its status is not a number.
absl::StatusOr<std::string> HealthStatusIn(absl::string_view message);

}  // namespace trestle

#endif  // TRESTLE_SERVER_ADMIN_HEALTH_SERVICE_H_
