// gRPC service configs: retries, time-outs and balancing, as JSON that gRPC itself reads.

#ifndef TRESTLE_SERVER_GRPC_GRPC_SERVICE_CONFIG_H_
#define TRESTLE_SERVER_GRPC_GRPC_SERVICE_CONFIG_H_

#include <string>

#include "absl/status/status.h"

namespace trestle {

// InvalidArgument, with the line and the column, for what is not JSON, and with gRPC's own
// words for what gRPC would refuse. Members that gRPC does not know are passed over.
absl::Status CheckGrpcServiceConfig(const std::string& json);

// Whether a method of the config `json`, which may be empty, has a retry policy.
bool HasRetryPolicy(const std::string& json);

}  // namespace trestle

#endif  // TRESTLE_SERVER_GRPC_GRPC_SERVICE_CONFIG_H_
