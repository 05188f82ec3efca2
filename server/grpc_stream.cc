#include "trestle/server/grpc_stream.h"

#include <atomic>
#include <utility>

#include "trestle/server/concurrency/fiber.h"

namespace trestle {
namespace {

// gRPC admits one write, one read and one finish in progress at a time, side by side: so there
// is a tag for the side that writes, and one for the side that reads and finishes.
class GrpcStream final : public BackendStream {
 public:
  GrpcStream(grpc::GenericStub& stub, const std::string& method, CallContext& context,
             Readiness readiness, GrpcQueue* queue)
      : expects_(queue),
        call_(context, readiness),
        rpc_(stub.PrepareCall(call_.grpc(), method, queue->grpc())) {
    OnThreadStack([&] { rpc_->StartCall(read_tag_.ToGrpc()); });
    read_tag_.Wait();
  }

  ~GrpcStream() override {
    if (is_over_) return;
    Cancel();
    Conclude();
  }

  bool Write(std::string message) override {
    return RunWrite([&] { rpc_->Write(call_.ToSend(std::move(message)), write_tag_.ToGrpc()); });
  }

  void WritesDone() override {
    RunWrite([&] { rpc_->WritesDone(write_tag_.ToGrpc()); });
  }

  Got Read(absl::Time deadline, WireBytes* message) override {
    if (is_over_) return Got::kEnd;
    if (!is_reading_) StartRead();
    if (!HasRead(deadline)) return Got::kNothing;
    if (!EndRead()) {
      Conclude();
      return Got::kEnd;
    }
    *message = ToWireBytes(buffer_);
    // The next one, and no more (S4), may arrive while this one is being used.
    StartRead();
    return Got::kMessage;
  }

  absl::Status Finish() override {
    if (!is_over_) Conclude();
    return call_.End(status_);
  }

  void Cancel() override { call_.grpc()->TryCancel(); }

 private:
  // Runs an operation of the writing side. False when the call is over.
  template <typename Start>
  bool RunWrite(Start start) {
    is_writing_ = true;  // before is_over_ is looked at; Conclude does it the other way round
    const bool ok = !is_over_ && (OnThreadStack(start), write_tag_.Wait());
    is_writing_ = false;
    return ok;
  }

  bool HasRead(absl::Time deadline) {
    if (read_tag_.WaitUntil(deadline)) return true;
    if (deadline != absl::InfinitePast()) return false;
    // The message may be there; but its completion comes to the thread that this runs on.
    LetArrive();
    return read_tag_.WaitUntil(deadline);
  }

  void StartRead() {
    is_reading_ = true;
    buffer_.Clear();
    OnThreadStack([&] { rpc_->Read(&buffer_, read_tag_.ToGrpc()); });
  }

  bool EndRead() {
    is_reading_ = false;
    if (!std::exchange(has_initial_, true)) call_.TakeInitial();
    return read_tag_.ok();
  }

  // Waits for the status. A write that nobody will take ends, too.
  void Conclude() {
    if (is_reading_) {
      read_tag_.Wait();
      EndRead();
    }
    OnThreadStack([&] { rpc_->Finish(&status_, read_tag_.ToGrpc()); });
    read_tag_.Wait();
    if (!std::exchange(has_initial_, true)) call_.TakeInitial();
    is_over_ = true;
    if (is_writing_) Cancel();
  }

  const GrpcQueue::Expectation expects_;
  GrpcCall call_;
  Tag write_tag_;
  Tag read_tag_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> rpc_;
  grpc::ByteBuffer buffer_;  // of the read in progress
  bool is_reading_ = false;
  bool has_initial_ = false;
  grpc::Status status_;
  std::atomic<bool> is_over_{false};  // the status is there
  std::atomic<bool> is_writing_{false};
};

}  // namespace

std::unique_ptr<BackendStream> NewGrpcStream(grpc::GenericStub& stub, const std::string& method,
                                             CallContext& context, Readiness readiness,
                                             GrpcQueue* queue) {
  return std::make_unique<GrpcStream>(stub, method, context, readiness, queue);
}

}  // namespace trestle
