#include "trestle/server/grpc/grpc_stream.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "trestle/server/concurrency/cancellation.h"
#include "trestle/server/concurrency/clock.h"
#include "trestle/server/concurrency/fiber.h"
#include "trestle/server/grpc/message_room.h"
#include "trestle/server/http/overload.h"

namespace trestle {
namespace {

absl::Status RequestNotRead() {
  return absl::DeadlineExceededError(
      "the backend did not read the request in time (--stream_write_timeout)");
}

class StreamingCall final : public GrpcCall {
 public:
  using GrpcCall::GrpcCall;

  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> rpc;

 private:
  ~StreamingCall() override = default;
};

// The side that writes may run beside the one that reads and finishes. Whichever finds that the
// call has ended before gRPC completes its operation gives the stream up: no operation follows.
class GrpcStream final : public BackendStream {
 public:
  GrpcStream(grpc::GenericStub& stub, std::string method, CallContext& context,
             const GrpcCallKind& kind, GrpcQueue* queue)
      : method_(std::move(method)),
        context_(context),
        call_(new StreamingCall(context, kind, queue)),
        room_(&context.arriving, context.largest, /*unknown=*/0),
        hook_(context.cancellation, [this] { call_->Cancel(); }) {
    call_->rpc = stub.PrepareCall(call_->grpc(), method_, queue->grpc());
    RunRead([&] { call_->rpc->StartCall(call_->reads.ToGrpc()); });
  }

  ~GrpcStream() override {
    if (is_over_) return;
    Cancel();
    call_->arriving = std::move(context_.arriving);
  }

  bool Write(std::string message) override {
    return RunWrite(
        [&] { call_->rpc->Write(call_->ToSend(std::move(message)), call_->writes.ToGrpc()); });
  }

  void WritesDone() override {
    RunWrite([&] { call_->rpc->WritesDone(call_->writes.ToGrpc()); });
  }

  Got Read(absl::Time deadline, WireBytes* message) override {
    if (is_over_ || is_given_up_) return Got::kEnd;
    if (!is_reading_ && !BeginRead(deadline)) return NothingYet();
    if (!Arrives(deadline)) return NothingYet();
    if (!EndRead()) {
      Conclude();
      return Got::kEnd;
    }
    if (!Accept(call_->TakeMessage(message))) return Got::kEnd;
    call_->received.Clear();
    holds_room_ = false;
    room_.Fit(message->view().size());
    // The next one, and no more (S4), may arrive while this one is being used; but not if it may
    // be large.
    if (!room_.may_be_large() && message->view().size() <= MessageRoom::kSmall) StartRead();
    return Got::kMessage;
  }

  absl::Status Finish() override {
    if (!is_over_) Conclude();
    if (!fault_.ok()) return fault_;
    if (is_unread_) return RequestNotRead();
    return is_over_ ? call_->End(method_, &context_) : call_->EndUnfinished();
  }

  void Cancel() override { call_->Cancel(); }

 private:
  // Runs an operation of the writing side. False if the call is over.
  template <typename Start>
  bool RunWrite(Start start) {
    is_writing_ = true;  // before is_over_ is looked at; Conclude does it the other way round
    const bool ok = !is_over_ && !is_given_up_ && (RunOnThreadStack(start), HasWritten());
    is_writing_ = false;
    return ok;
  }

  bool HasWritten() {
    const absl::Time deadline = MonotonicNow() + context_.write_timeout;
    if (call_->Await(&call_->writes, deadline)) return call_->writes.ok();
    if (!call_->HasEnded()) {
      is_unread_ = true;  // before the side that reads finds that the call has ended
      Cancel();
    }
    call_->share = std::move(context_.share);
    GiveUp();
    return false;
  }

  // Runs an operation of the reading side. False if the call has already ended.
  template <typename Start>
  bool RunRead(Start start) {
    RunOnThreadStack(start);
    if (call_->Await(&call_->reads)) return true;
    GiveUp();
    return false;
  }

  Got GiveUp() {
    is_given_up_ = true;
    return Got::kEnd;
  }

  Got NothingYet() { return call_->HasEnded() || is_given_up_ ? GiveUp() : Got::kNothing; }

  // Starts a read once there is room for what it brings. False if there is none, at `deadline` or
  // because the call has ended, now if not before.
  bool BeginRead(absl::Time deadline) {
    // A look that finds nothing would let a large message arrive while the reader is busy
    // elsewhere.
    if (deadline == absl::InfinitePast() && (is_beginning_ || room_.may_be_large())) return false;
    if (is_beginning_ || room_.is_needed()) {
      if (!HasBegun(deadline) || !HasRoom(deadline)) return false;
    }
    StartRead();
    return true;
  }

  // Waits for the response to begin: many a stream has no message for long, and needs no room.
  bool HasBegun(absl::Time deadline) {
    if (has_initial_) return true;
    if (!std::exchange(is_beginning_, true)) {
      RunOnThreadStack([&] { call_->rpc->ReadInitialMetadata(call_->reads.ToGrpc()); });
    }
    if (!HasRead(deadline)) return false;
    is_beginning_ = false;
    return TakeInitial();
  }

  bool HasRoom(absl::Time deadline) {
    const absl::Time until = std::min(deadline, MonotonicNow() + MessageRoom::kPatience);
    if (call_->AwaitRoom(&room_, until)) {
      holds_room_ = room_.is_taken();
      leave_at_ = MonotonicNow() + MessageRoom::kKept;
      return true;
    }
    if (call_->HasEnded() || until == deadline) return false;
    return Accept(Overloaded());
  }

  // Waits for the message of the read in progress.
  bool Arrives(absl::Time deadline) {
    if (!holds_room_) return HasRead(deadline);
    if (HasRead(std::min(deadline, leave_at_))) return true;
    if (deadline <= leave_at_) return false;
    holds_room_ = false;
    room_.Leave();
    return HasRead(deadline);
  }

  bool HasRead(absl::Time deadline) {
    if (call_->Await(&call_->reads, deadline)) return true;
    if (deadline != absl::InfinitePast()) return false;
    // The message may be there; but its completion comes to the thread that this runs on.
    Yield();
    return call_->Await(&call_->reads, deadline);
  }

  void StartRead() {
    is_reading_ = true;
    call_->received.Clear();
    RunOnThreadStack([&] { call_->rpc->Read(&call_->received, call_->reads.ToGrpc()); });
  }

  bool EndRead() {
    is_reading_ = false;
    return TakeInitial() && call_->reads.ok();
  }

  bool TakeInitial() {
    return std::exchange(has_initial_, true) || Accept(call_->TakeInitial(&context_));
  }

  // Ends the call if the received data is not acceptable.
  bool Accept(absl::Status status) {
    if (status.ok()) return true;
    fault_ = std::move(status);
    Cancel();
    GiveUp();
    return false;
  }

  // Waits for the status, unless the call has ended before. A write that nobody will take ends,
  // too.
  void Conclude() {
    if (is_given_up_) return;
    if (std::exchange(is_beginning_, false) && !call_->Await(&call_->reads)) return void(GiveUp());
    if (is_reading_) {
      if (!call_->Await(&call_->reads)) return void(GiveUp());
      EndRead();
      if (is_given_up_) return;
    }
    if (!RunRead([&] { call_->rpc->Finish(&call_->status, call_->reads.ToGrpc()); })) return;
    if (!TakeInitial()) return;
    is_over_ = true;
    if (is_writing_) Cancel();
  }

  const std::string method_;
  CallContext& context_;
  const GrpcCallPtr<StreamingCall> call_;
  MessageRoom room_;
  const CancellationHook hook_;  // gone before the call
  absl::Status fault_;           // why the call was ended from this side
  bool is_beginning_ = false;    // the initial metadata are being waited for
  bool is_reading_ = false;
  bool has_initial_ = false;
  bool holds_room_ = false;               // for a message that has not arrived
  absl::Time leave_at_;                   // of the room
  std::atomic<bool> is_over_{false};      // the status is there
  std::atomic<bool> is_given_up_{false};  // the status will never be looked at
  std::atomic<bool> is_writing_{false};
  std::atomic<bool> is_unread_{false};  // a message has waited too long to be written
};

}  // namespace

std::unique_ptr<BackendStream> NewGrpcStream(grpc::GenericStub& stub, std::string method,
                                             CallContext& context, const GrpcCallKind& kind,
                                             GrpcQueue* queue) {
  return std::make_unique<GrpcStream>(stub, std::move(method), context, kind, queue);
}

}  // namespace trestle
