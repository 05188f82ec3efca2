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
#include "trestle/server/concurrency/event.h"

#ifdef __SANITIZE_THREAD__
#include <sanitizer/tsan_interface.h>
#endif

namespace trestle {

// What a completion queue hands back. One operation at a time.
class Tag {
 public:
  // What gRPC is given for it, once for each operation. That gRPC has it hand over what was
  // written before to the thread of the queue, ThreadSanitizer does not see by itself.
  void* ToGrpc() {
#ifdef __SANITIZE_THREAD__
    __tsan_release(this);
#endif
    return this;
  }
  // Returns whether the operation succeeded, and is ready for the next one.
  bool Wait() {
    done_.Wait();
    return ok_;
  }
  // Whether the operation is over by `deadline`; then ok() tells whether it succeeded.
  bool WaitUntil(absl::Time deadline) { return done_.WaitUntil(deadline); }
  bool ok() const { return ok_; }

  void Complete(bool ok) {
#ifdef __SANITIZE_THREAD__
    __tsan_acquire(this);
#endif
    ok_ = ok;
    done_.Notify();
  }

 private:
  Event done_;
  bool ok_ = false;
};

// What becomes of a call while the backend cannot be reached.
enum class Readiness { kFail, kWait };

// The gRPC side of a CallContext, cancelled with it.
class GrpcCall {
 public:
  // `context` must outlive the call.
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
