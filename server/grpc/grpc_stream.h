// A streaming gRPC call as a BackendStream.

#ifndef TRESTLE_SERVER_GRPC_GRPC_STREAM_H_
#define TRESTLE_SERVER_GRPC_GRPC_STREAM_H_

#include <grpcpp/generic/generic_stub.h>

#include <memory>
#include <string>

#include "trestle/server/backend.h"
#include "trestle/server/grpc/grpc_call.h"
#include "trestle/server/grpc/grpc_queue.h"

namespace trestle {

// Begins a call of `method`, and waits until it has begun; a failure shows in the first Write
// or Read, and its cause in Finish. All arguments but `method` must outlive the stream.
std::unique_ptr<BackendStream> NewGrpcStream(grpc::GenericStub& stub, std::string method,
                                             CallContext& context, const GrpcCallKind& kind,
                                             GrpcQueue* queue);

}  // namespace trestle

#endif  // TRESTLE_SERVER_GRPC_GRPC_STREAM_H_
