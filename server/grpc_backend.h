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

// Connects on first use, and reconnects whenever the connection is lost. No call may be in progress
// when the backend is destroyed. Calls that gRPC has not released by then, because they ended by
// their deadline or cancellation while the backend received no bytes, are kept until it releases
// them. With invalid options every call fails; CheckBackendOptions finds them first.
//
// Failures that the backend itself sends keep their code and message. Failures of the connection
// get a message that contains no address ("backend unavailable").
std::unique_ptr<Backend> NewGrpcBackend(const BackendOptions& options);

// The same, but also starts the completion threads (BackendOptions), which otherwise start with the
// first call from a thread other than a server's loop. Fails with ResourceExhausted if none of them
// can be started.
absl::StatusOr<std::unique_ptr<Backend>> StartGrpcBackend(const BackendOptions& options);

// Returns a backend over one channel that the caller has created: with TLS, credentials,
// in-process. The channel's own options apply to messages, retries and everything else.
std::unique_ptr<Backend> NewGrpcBackend(std::shared_ptr<grpc::Channel> channel);

// Fails with InvalidArgument, naming the target, if no call could ever succeed with `options`: gRPC
// cannot read the target, a TLS text is not PEM, gRPC refuses the service config, or there is no
// channel. Opens no connection.
absl::Status CheckBackendOptions(const BackendOptions& options);

}  // namespace trestle

#endif  // TRESTLE_SERVER_GRPC_BACKEND_H_
