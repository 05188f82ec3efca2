// gRPC service configs: retries, timeouts and load balancing, in JSON that gRPC reads.

#ifndef TRESTLE_SERVER_GRPC_GRPC_SERVICE_CONFIG_H_
#define TRESTLE_SERVER_GRPC_GRPC_SERVICE_CONFIG_H_

#include <string>

#include "absl/status/status.h"

namespace trestle {

// Fails with InvalidArgument, with line and column, if `json` is not JSON, and with gRPC's message
// if gRPC would reject it. Members that gRPC does not know are ignored.
absl::Status CheckGrpcServiceConfig(const std::string& json);

// Returns the config `json`, which may be empty, with gRPC's client-side health checking of the
// whole server (https://github.com/grpc/grpc/blob/master/doc/health-checking.md), unless it has a
// healthCheckConfig. Returns text that is not a JSON object as it is.
std::string WithHealthChecks(const std::string& json);

// Returns true if a method of the config `json`, which may be empty, has a retry policy.
bool HasRetryPolicy(const std::string& json);

}  // namespace trestle

#endif  // TRESTLE_SERVER_GRPC_GRPC_SERVICE_CONFIG_H_
