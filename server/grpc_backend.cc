#include "trestle/server/grpc_backend.h"

#include <grpcpp/channel.h>
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
#include "trestle/server/grpc_queue.h"
#include "trestle/server/grpc_stream.h"

namespace trestle {
namespace {

Readiness ReadinessOf(const BackendOptions& options) {
  return options.wait_for_ready ? Readiness::kWait : Readiness::kFail;
}

class GrpcBackend final : public Backend {
 public:
  GrpcBackend(std::vector<std::shared_ptr<grpc::Channel>> channels, int threads,
              Readiness readiness)
      : readiness_(readiness), channels_(std::move(channels)), thread_queues_(threads) {
    for (const auto& channel : channels_) {
      stubs_.push_back(std::make_unique<grpc::GenericStub>(channel));
    }
  }

  absl::Status Unary(absl::string_view method, CallContext& context, std::string request,
                     WireBytes* response) override {
    const Lane lane = NextLane();
    GrpcCall call(context, readiness_);
    grpc::ByteBuffer answer;
    grpc::Status status;
    Tag tag;
    const GrpcQueue::Expectation expects(lane.queue);
    std::unique_ptr<grpc::GenericClientAsyncResponseReader> rpc;
    OnThreadStack([&] {
      rpc = lane.stub->PrepareUnaryCall(call.grpc(), std::string(method),
                                        call.ToSend(std::move(request)), lane.queue->grpc());
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
  // What a call is made with.
  struct Lane {
    grpc::GenericStub* stub;
    GrpcQueue* queue;
  };

  // On the thread of a loop, its queue and the channels that it has for itself, if there are
  // enough: nothing that another loop would be waiting for. Elsewhere all take turns.
  Lane NextLane() {
    const size_t turn = turn_.fetch_add(1, std::memory_order_relaxed);
    GrpcLoopQueue* const loop = GrpcLoopQueue::OfThisThread();
    if (loop == nullptr) return {stubs_[UsableFrom(turn)].get(), thread_queues_.Take(turn)};
    const size_t channel = loop->index() + turn * GrpcLoopQueue::Count();
    return {stubs_[UsableFrom(channel)].get(), loop->queue()};
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
  GrpcThreadQueues thread_queues_;
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
