// Three layers, from the bottom: bytes (Slice and ByteBuffer), one operation (a Tag that
// a completion thread notifies), and the calls made of operations.

#include "trestle/server/grpc_backend.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>
#include <vector>

#include "trestle/server/concurrency/cancellation.h"
#include "trestle/server/concurrency/event.h"
#include "trestle/server/grpc_channel.h"
#include "trestle/server/grpc_status.h"

namespace trestle {
namespace {

// ---- bytes

// A slice that owns `bytes`; short ones are cheaper copied than kept.
grpc::Slice ToSlice(std::string bytes) {
  constexpr size_t kCheapToCopy = 512;
  if (bytes.size() <= kCheapToCopy) return grpc::Slice(bytes.data(), bytes.size());
  auto* owned = new std::string(std::move(bytes));
  return grpc::Slice(
      owned->data(), owned->size(), [](void* string) { delete static_cast<std::string*>(string); },
      owned);
}

grpc::ByteBuffer ToByteBuffer(std::string bytes) {
  grpc::Slice slice = ToSlice(std::move(bytes));
  return grpc::ByteBuffer(&slice, 1);
}

// Views a message that came as one slice where it lies; joins the slices of others.
WireBytes ToWireBytes(const grpc::ByteBuffer& buffer) {
  auto slice = std::make_shared<grpc::Slice>();
  if (!buffer.TrySingleSlice(slice.get()).ok() && !buffer.DumpToSingleSlice(slice.get()).ok()) {
    return WireBytes();
  }
  const absl::string_view view(reinterpret_cast<const char*>(slice->begin()), slice->size());
  return WireBytes(view, std::move(slice));
}

void Append(const std::multimap<grpc::string_ref, grpc::string_ref>& received, Metadata* metadata) {
  for (const auto& [key, value] : received) {
    metadata->emplace_back(std::string(key.data(), key.size()),
                           std::string(value.data(), value.size()));
  }
}

// ---- one operation

// What a completion queue hands back. One operation at a time.
class Tag {
 public:
  // Returns whether the operation succeeded, and is ready for the next one.
  bool Wait() {
    done_.Wait();
    done_.Reset();
    return ok_;
  }
  void Complete(bool ok) {
    ok_ = ok;
    done_.Notify();
  }

 private:
  Event done_;
  bool ok_ = false;
};

// A completion queue and the thread that empties it.
class CompletionThread {
 public:
  CompletionThread() : thread_([this] { Run(); }) {}
  ~CompletionThread() {
    queue_.Shutdown();
    thread_.join();
  }

  grpc::CompletionQueue* queue() { return &queue_; }

 private:
  void Run() {
    void* tag;
    bool ok;
    while (queue_.Next(&tag, &ok)) static_cast<Tag*>(tag)->Complete(ok);
  }

  grpc::CompletionQueue queue_;
  std::thread thread_;
};

// ---- calls

// What becomes of a call while the backend cannot be reached.
enum class Readiness { kFail, kWait };

Readiness ReadinessOf(const BackendOptions& options) {
  return options.wait_for_ready ? Readiness::kWait : Readiness::kFail;
}

// The gRPC side of a CallContext, cancelled with it.
class Call {
 public:
  Call(CallContext& context, Readiness readiness)
      : context_(context), hook_(context.cancellation, [this] { grpc_.TryCancel(); }) {
    for (const auto& [key, value] : context.metadata) grpc_.AddMetadata(key, value);
    if (context.deadline != absl::InfiniteFuture()) {
      grpc_.set_deadline(absl::ToChronoTime(context.deadline));
    }
    // Left alone otherwise: a service config may say so for some methods.
    if (readiness == Readiness::kWait) grpc_.set_wait_for_ready(true);
  }

  grpc::ClientContext* grpc() { return &grpc_; }
  void TakeInitial() { Append(grpc_.GetServerInitialMetadata(), &context_.initial); }
  grpc::ByteBuffer ToSend(std::string message) {
    sent_size_ = message.size();
    return ToByteBuffer(std::move(message));
  }
  absl::Status End(const grpc::Status& status) {
    Append(grpc_.GetServerTrailingMetadata(), &context_.trailing);
    return FromGrpcStatus(status, grpc_, sent_size_);
  }

 private:
  CallContext& context_;
  grpc::ClientContext grpc_;
  size_t sent_size_ = 0;
  CancellationHook hook_;
};

class GrpcStream final : public BackendStream {
 public:
  GrpcStream(grpc::GenericStub& stub, const std::string& method, CallContext& context,
             Readiness readiness, grpc::CompletionQueue* queue)
      : call_(context, readiness), rpc_(stub.PrepareCall(call_.grpc(), method, queue)) {
    rpc_->StartCall(&tag_);
    // A failure shows in the first Write or Read, and its cause in Finish.
    tag_.Wait();
  }

  ~GrpcStream() override {
    if (finished_) return;
    call_.grpc()->TryCancel();
    Finish().IgnoreError();
  }

  bool Write(std::string message) override {
    rpc_->Write(call_.ToSend(std::move(message)), &tag_);
    return tag_.Wait();
  }

  void WritesDone() override {
    rpc_->WritesDone(&tag_);
    tag_.Wait();
  }

  bool Read(WireBytes* message) override {
    grpc::ByteBuffer buffer;
    rpc_->Read(&buffer, &tag_);
    const bool ok = tag_.Wait();
    if (!std::exchange(has_initial_, true)) call_.TakeInitial();
    if (ok) *message = ToWireBytes(buffer);
    return ok;
  }

  absl::Status Finish() override {
    finished_ = true;
    grpc::Status status;
    rpc_->Finish(&status, &tag_);
    tag_.Wait();
    if (!std::exchange(has_initial_, true)) call_.TakeInitial();
    return call_.End(status);
  }

 private:
  Call call_;
  Tag tag_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> rpc_;
  bool has_initial_ = false;
  bool finished_ = false;
};

class GrpcBackend final : public Backend {
 public:
  GrpcBackend(std::vector<std::shared_ptr<grpc::Channel>> channels, int threads,
              Readiness readiness)
      : readiness_(readiness), channels_(std::move(channels)) {
    for (const auto& channel : channels_) {
      stubs_.push_back(std::make_unique<grpc::GenericStub>(channel));
    }
    for (int i = 0; i < threads; ++i) threads_.push_back(std::make_unique<CompletionThread>());
  }

  absl::Status Unary(absl::string_view method, CallContext& context, std::string request,
                     WireBytes* response) override {
    const Lane lane = NextLane();
    Call call(context, readiness_);
    grpc::ByteBuffer answer;
    grpc::Status status;
    Tag tag;
    auto rpc = lane.stub->PrepareUnaryCall(call.grpc(), std::string(method),
                                           call.ToSend(std::move(request)), lane.queue);
    rpc->StartCall();
    rpc->Finish(&answer, &status, &tag);
    tag.Wait();
    call.TakeInitial();
    if (status.ok()) *response = ToWireBytes(answer);
    return call.End(status);
  }

  absl::StatusOr<std::unique_ptr<BackendStream>> Stream(absl::string_view method,
                                                        CallContext& context) override {
    const Lane lane = NextLane();
    return std::make_unique<GrpcStream>(*lane.stub, std::string(method), context, readiness_,
                                        lane.queue);
  }

 private:
  // A channel and a completion queue: calls take them in turn.
  struct Lane {
    grpc::GenericStub* stub;
    grpc::CompletionQueue* queue;
  };

  Lane NextLane() {
    const size_t turn = turn_.fetch_add(1, std::memory_order_relaxed);
    return {stubs_[UsableFrom(turn)].get(), threads_[turn % threads_.size()]->queue()};
  }

  // The channel whose turn it is, or the next that is not known to be down: when a backend is
  // back, each channel finds that out for itself, some a second after the first.
  size_t UsableFrom(size_t turn) const {
    const size_t count = channels_.size();
    for (size_t i = 0; i < count && count > 1; ++i) {
      const size_t at = (turn + i) % count;
      if (channels_[at]->GetState(false) != GRPC_CHANNEL_TRANSIENT_FAILURE) return at;
    }
    return turn % count;
  }

  const Readiness readiness_;
  const std::vector<std::shared_ptr<grpc::Channel>> channels_;
  std::vector<std::unique_ptr<grpc::GenericStub>> stubs_;  // parallel to channels_
  std::vector<std::unique_ptr<CompletionThread>> threads_;
  std::atomic<size_t> turn_{0};
};

int CompletionThreadsOf(const BackendOptions& options) {
  if (options.completion_threads > 0) return options.completion_threads;
  return std::max(static_cast<int>(std::thread::hardware_concurrency()), 1);
}

}  // namespace

std::unique_ptr<Backend> NewGrpcBackend(const BackendOptions& options) {
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (int i = 0; i < std::max(options.channels, 1); ++i) {
    channels.push_back(NewGrpcChannel(options));
  }
  return std::make_unique<GrpcBackend>(std::move(channels), CompletionThreadsOf(options),
                                       ReadinessOf(options));
}

std::unique_ptr<Backend> NewGrpcBackend(std::shared_ptr<grpc::Channel> channel) {
  const BackendOptions usual;
  return std::make_unique<GrpcBackend>(
      std::vector<std::shared_ptr<grpc::Channel>>{std::move(channel)}, CompletionThreadsOf(usual),
      ReadinessOf(usual));
}

}  // namespace trestle
