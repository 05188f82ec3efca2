// From options to gRPC channels.

#ifndef TRESTLE_SERVER_GRPC_CHANNEL_H_
#define TRESTLE_SERVER_GRPC_CHANNEL_H_

#include <memory>

#include "absl/status/status.h"
#include "trestle/server/backend_options.h"

namespace grpc {
class Channel;
}

namespace trestle {

// A channel that connects on first use, with connections of its own.
std::shared_ptr<grpc::Channel> NewGrpcChannel(const BackendOptions& options);

// InvalidArgument, with the target, for what no call could ever succeed with: a target that
// gRPC cannot read, TLS texts that are no PEM, a service config that gRPC refuses, no channel
// or thread at all. Opens no connection.
absl::Status CheckBackendOptions(const BackendOptions& options);

}  // namespace trestle

#endif  // TRESTLE_SERVER_GRPC_CHANNEL_H_
