#include "trestle/server/grpc/grpc_stream.h"

#include <atomic>
#include <utility>

#include "trestle/server/concurrency/cancellation.h"
#include "trestle/server/concurrency/clock.h"
#include "trestle/server/concurrency/fiber.h"

namespace trestle {
namespace {

// A stream of messages of this size, in bytes, is read ahead by one.
constexpr size_t kSmall = size_t{64} << 10;

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
        hook_(context.cancellation, [this] { call_->Cancel(); }) {
    call_->rpc = stub.PrepareCall(call_->grpc(), method_, queue->grpc());
    RunRead([&] { call_->rpc->StartCall(call_->reads.ToGrpc()); });
  }

  ~GrpcStream() override {
    if (!is_over_) Cancel();
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
    if (!is_reading_) StartRead();
    if (!HasRead(deadline)) return call_->HasEnded() ? GiveUp() : Got::kNothing;
    if (!EndRead()) {
      Conclude();
      return Got::kEnd;
    }
    if (!Accept(call_->TakeMessage(message))) return Got::kEnd;
    call_->received.Clear();
    // The next one, and no more (S4), may arrive while this one is being used; but not when it may
    // be large, too: what gRPC holds is charged to nobody.
    if (message->view().size() <= kSmall) StartRead();
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
  // Runs an operation of the writing side. False when the call is over.
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

  // Runs an operation of the other side. False when the call has ended before.
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

  bool HasRead(absl::Time deadline) {
    if (call_->Await(&call_->reads, deadline)) return true;
    if (deadline != absl::InfinitePast()) return false;
    // The message may be there; but its completion comes to the thread that this runs on.
    LetArrive();
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

  // Ends the call if what has come is not to be accepted.
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
  const CancellationHook hook_;  // gone before the call
  absl::Status fault_;           // why the call was ended from this side
  bool is_reading_ = false;
  bool has_initial_ = false;
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
