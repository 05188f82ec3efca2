#include "trestle/server/grpc_backend.h"

#include <grpcpp/channel.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "trestle/server/concurrency/fiber.h"
#include "trestle/server/grpc_call.h"
#include "trestle/server/grpc_channel.h"
#include "trestle/server/grpc_stream.h"

namespace trestle {
namespace {

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
    RunsFibers runs_fibers;  // a fiber goes on here, where its operation has ended
    while (TakeNext(runs_fibers)) {
    }
  }

  // False when there will be nothing more.
  bool TakeNext(RunsFibers& fibers) {
    const auto clock = GPR_CLOCK_REALTIME;
    void* tag;
    bool ok;
    // Where fibers let something arrive it is only looked for.
    switch (queue_.AsyncNext(&tag, &ok,
                             fibers.HasLeft() ? gpr_inf_past(clock) : gpr_inf_future(clock))) {
      case grpc::CompletionQueue::GOT_EVENT:
        static_cast<Tag*>(tag)->Complete(ok);
        return true;
      case grpc::CompletionQueue::TIMEOUT:
        fibers.RunLeft();
        return true;
      case grpc::CompletionQueue::SHUTDOWN:
        break;
    }
    return false;
  }

  grpc::CompletionQueue queue_;
  std::thread thread_;
};

Readiness ReadinessOf(const BackendOptions& options) {
  return options.wait_for_ready ? Readiness::kWait : Readiness::kFail;
}

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
    GrpcCall call(context, readiness_);
    grpc::ByteBuffer answer;
    grpc::Status status;
    Tag tag;
    std::unique_ptr<grpc::GenericClientAsyncResponseReader> rpc;
    OnThreadStack([&] {
      rpc = lane.stub->PrepareUnaryCall(call.grpc(), std::string(method),
                                        call.ToSend(std::move(request)), lane.queue);
      rpc->StartCall();
      rpc->Finish(&answer, &status, tag.ToGrpc());
    });
    tag.Wait();
    call.TakeInitial();
    if (status.ok()) *response = ToWireBytes(answer);
    return call.End(status);
  }

  absl::StatusOr<std::unique_ptr<BackendStream>> Stream(absl::string_view method,
                                                        CallContext& context) override {
    const Lane lane = NextLane();
    return NewGrpcStream(*lane.stub, std::string(method), context, readiness_, lane.queue);
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
