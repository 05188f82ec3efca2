// What gRPC calls of every kind are made of: an operation, and the call it belongs to.

#ifndef TRESTLE_SERVER_GRPC_CALL_H_
#define TRESTLE_SERVER_GRPC_CALL_H_

#include <grpcpp/client_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/status.h>

#include <atomic>
#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "trestle/server/backend.h"
#include "trestle/server/concurrency/cancellation.h"

namespace trestle {

// What becomes of a call while the backend cannot be reached.
enum class Readiness { kFail, kWait };

// The gRPC side of a CallContext, cancelled with it.
class GrpcCall {
 public:
  // `context` must outlive the call, and its metadata must satisfy CheckMetadata
  // (grpc_metadata_rules.h): gRPC aborts the process for any other.
  GrpcCall(CallContext& context, Readiness readiness);

  grpc::ClientContext* grpc() { return &grpc_; }

  // `message` as gRPC takes it.
  grpc::ByteBuffer ToSend(std::string message);
  // Hands the initial metadata on, which must have come.
  void TakeInitial();
  // Hands the trailing metadata on; gives the status as the rest of the server knows it.
  absl::Status End(const grpc::Status& status);

 private:
  CallContext& context_;
  grpc::ClientContext grpc_;
  std::atomic<size_t> sent_size_{0};  // told by the side that writes to the one that ends
  CancellationHook hook_;
};

// A message that has come, where it lies.
WireBytes ToWireBytes(const grpc::ByteBuffer& buffer);

}  // namespace trestle

#endif  // TRESTLE_SERVER_GRPC_CALL_H_
