// The state and limits that unary and streaming gRPC calls share.

#ifndef TRESTLE_SERVER_GRPC_GRPC_CALL_H_
#define TRESTLE_SERVER_GRPC_GRPC_CALL_H_

#include <grpcpp/client_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/status.h>

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "trestle/server/backend.h"
#include "trestle/server/grpc/grpc_queue.h"
#include "trestle/server/grpc/grpc_reachability.h"
#include "trestle/server/grpc/message_room.h"

namespace trestle {

// Chooses whether a call fails at once or waits while its backend is unreachable.
enum class Readiness { kFail, kWait };

// Counts the calls of a backend that nobody waits for any more, but that gRPC has not completed,
// and the bytes of the messages in them. Thread-safe.
class AbandonedCalls : public std::enable_shared_from_this<AbandonedCalls> {
 public:
  AbandonedCalls(size_t max_calls, size_t max_bytes)
      : max_calls_(max_calls), max_bytes_(max_bytes) {}

  // Returns true if there are so many that no further call may begin.
  bool is_full() const {
    return calls_.load(std::memory_order_relaxed) >= max_calls_ ||
           bytes_.load(std::memory_order_relaxed) >= max_bytes_;
  }
  void Add(size_t bytes) {
    ++calls_;
    bytes_ += bytes;
  }
  void Remove(size_t bytes) {
    --calls_;
    bytes_ -= bytes;
  }

 private:
  const size_t max_calls_;
  const size_t max_bytes_;
  std::atomic<size_t> calls_{0};
  std::atomic<size_t> bytes_{0};
};

// How large what is sent and received may be, in bytes. 0: not known.
struct GrpcLimits {
  size_t channel_max_message = 0;  // gRPC's own
  size_t max_message = 0;
  size_t max_sent_message = 0;
  size_t max_metadata = 0;
};

// The data that all calls of a backend share. Must outlive their callers.
struct GrpcCallKind {
  Readiness readiness = Readiness::kFail;
  GrpcLimits limits;
  const std::shared_ptr<AbandonedCalls> abandoned;
  const std::shared_ptr<GrpcReachability> reachability;
};

// A call as gRPC sees it, on the heap. The caller waits until the call's deadline or cancellation
// and no longer: gRPC keeps both in general, but not while its connection takes no bytes.
class GrpcCall : public GrpcShared {
 public:
  // `queue` must outlive the call, `kind` its caller. The metadata of `context` must satisfy
  // CheckMetadata (grpc_metadata_rules.h): gRPC aborts the process for any other.
  GrpcCall(const CallContext& context, const GrpcCallKind& kind, GrpcQueue* queue);

  // ---- for the caller

  grpc::ClientContext* grpc() { return &grpc_; }
  // Returns `message` for gRPC.
  grpc::ByteBuffer ToSend(std::string message);

  // Waits for the operation of `tag`, which is one of this call's, no longer than `until`. False if
  // it has not completed: at `until`, or when HasEnded.
  bool Await(Tag* tag, absl::Time until = absl::InfiniteFuture()) const;
  // Waits until `until` for room for the next message, while nothing is read. Returns false if
  // there is none by then, or when HasEnded.
  bool AwaitRoom(MessageRoom* room, absl::Time until);
  // Returns true if the call is cancelled, or past its deadline.
  bool HasEnded() const;

  // Copies the initial metadata, which must have come, to `*context`. 502 if it is too large.
  absl::Status TakeInitial(CallContext* context) const;
  // Takes the message that has come. 502 if it is too large, or if there is none.
  absl::Status TakeMessage(WireBytes* message);
  // The end of a call of `method` that gRPC has completed, with `status`: copies the trailing
  // metadata to `*context`, and returns the status as the rest of the server knows it.
  absl::Status End(absl::string_view method, CallContext* context) const;
  // The end of a call that HasEnded.
  absl::Status EndUnfinished() const;

  // To be called last. Cancels the call if operations are in progress; it is then counted among
  // the abandoned ones until gRPC has completed them.
  void Leave();

  // ---- from any thread, before Leave

  // Ends the call, and everything that waits for it.
  void Cancel();

  // One operation each at a time: gRPC admits one that writes beside one that reads or finishes.
  Tag reads{this};
  Tag writes{this};
  grpc::ByteBuffer received;  // of the read in progress
  grpc::Status status;

  // The budget shares of the messages that gRPC may keep after the caller has left: the one that
  // is sent, and the one that arrives.
  BufferShare share;
  BufferShare arriving;

 protected:
  ~GrpcCall() override;

 private:
  void ReportReachability() const;

  const GrpcQueue::PendingOperation pending_operation_;
  const GrpcCallKind& kind_;
  const absl::Time deadline_;
  grpc::ClientContext grpc_;
  std::atomic<bool> is_cancelled_{false};
  std::atomic<size_t> sent_size_{0};  // written by the side that writes, read by the one that ends
  std::shared_ptr<AbandonedCalls> counted_by_;  // null unless it is abandoned
};

// The caller's reference.
struct LeaveCall {
  void operator()(GrpcCall* call) const { call->Leave(); }
};
template <typename Call>
using GrpcCallPtr = std::unique_ptr<Call, LeaveCall>;

}  // namespace trestle

#endif  // TRESTLE_SERVER_GRPC_GRPC_CALL_H_
