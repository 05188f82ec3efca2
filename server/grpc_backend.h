// A Backend of gRPC channels: generic asynchronous calls, so no code per RPC.

#ifndef TRESTLE_SERVER_GRPC_BACKEND_H_
#define TRESTLE_SERVER_GRPC_BACKEND_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "trestle/server/backend.h"
#include "trestle/server/backend_options.h"

namespace grpc {
class Channel;
}

namespace trestle {

// Connects on first use and again by itself whenever the connection is lost. No call
// may be in progress when the backend is destroyed; what gRPC has not let go of by then (calls that
// have ended by their deadline or cancellation while the backend took no bytes) stays until it
// does. Options that cannot work make every call fail; CheckBackendOptions finds
// them first.
//
// Failures that the backend itself answered keep their code and message; those of the
// connection get a sentence of our own ("backend unavailable"), which tells of no address.
std::unique_ptr<Backend> NewGrpcBackend(const BackendOptions& options);

// The same, with the completion threads (BackendOptions) started, which otherwise start with the
// first call from a thread that is no loop's. ResourceExhausted when none of them can be had.
absl::StatusOr<std::unique_ptr<Backend>> StartGrpcBackend(const BackendOptions& options);

// Over one channel of the caller's making: TLS, credentials, in-process. The channel's
// own options hold for messages, retries and the rest.
std::unique_ptr<Backend> NewGrpcBackend(std::shared_ptr<grpc::Channel> channel);

// Fails with InvalidArgument, naming the target, if no call could ever succeed with `options`: gRPC
// cannot read the target, a TLS text is not PEM, gRPC refuses the service config, or there is no
// channel. Opens no connection.
absl::Status CheckBackendOptions(const BackendOptions& options);

}  // namespace trestle

#endif  // TRESTLE_SERVER_GRPC_BACKEND_H_
