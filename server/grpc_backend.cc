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

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "trestle/server/backend_tls.h"
#include "trestle/server/concurrency/cancellation.h"
#include "trestle/server/concurrency/clock.h"
#include "trestle/server/concurrency/fiber.h"
#include "trestle/server/grpc/backend_target.h"
#include "trestle/server/grpc/grpc_call.h"
#include "trestle/server/grpc/grpc_channel.h"
#include "trestle/server/grpc/grpc_metadata_rules.h"
#include "trestle/server/grpc/grpc_queue.h"
#include "trestle/server/grpc/grpc_service_config.h"
#include "trestle/server/grpc/grpc_stream.h"
#include "trestle/server/grpc/message_room.h"
#include "trestle/server/http/overload.h"
#include "trestle/transcoding/error.h"

namespace trestle {
namespace {

GrpcCallKind CallKindOf(const BackendOptions& options, const GrpcLimits& limits) {
  return {
      options.wait_for_ready ? Readiness::kWait : Readiness::kFail, limits,
      std::make_shared<AbandonedCalls>(options.max_abandoned_calls, options.max_abandoned_bytes),
      std::make_shared<GrpcReachability>(options.target, options.on_reachability)};
}

GrpcLimits LimitsOf(const BackendOptions& options) {
  return {ChannelMaxMessage(options), options.max_message, options.max_sent_message,
          options.max_metadata};
}

// For a channel that the caller created.
GrpcLimits UnknownLimits() { return {0, 0, 0, BackendOptions().max_metadata}; }

size_t CompletionThreadsOf(const BackendOptions& options) {
  if (options.completion_threads > 0) return static_cast<size_t>(options.completion_threads);
  return std::max(std::thread::hardware_concurrency(), 1U);
}

// The maximum size of a call's headers, and of the `:authority` among them.
struct HeadersLimit {
  size_t size;
  size_t authority;
};

HeadersLimit HeadersLimitOf(const BackendOptions& options) {
  // The authority of a channel that the caller created is not known.
  constexpr size_t kUsualAuthority = 64;
  const size_t target = options.target.empty() ? kUsualAuthority : options.target.size();
  const size_t server_name = options.tls.has_value() ? options.tls->server_name.size() : 0;
  // The authority of a Unix socket is "localhost".
  return {options.max_sent_metadata, std::max({target, server_name, sizeof("localhost")})};
}

class UnaryCall final : public GrpcCall {
 public:
  using GrpcCall::GrpcCall;

  // Starts the call on `queue` and sends its request.
  void Start(grpc::GenericStub* stub, GrpcQueue* queue, absl::string_view method,
             std::string request) {
    rpc_ = stub->PrepareUnaryCall(grpc(), std::string(method), ToSend(std::move(request)),
                                  queue->grpc());
    rpc_->StartCall();
  }
  // The operations, each by `reads`: the first may be left out.
  void AwaitBegin() { rpc_->ReadInitialMetadata(reads.ToGrpc()); }
  void Receive() { rpc_->Finish(&received, &status, reads.ToGrpc()); }

 private:
  ~UnaryCall() override = default;

  std::unique_ptr<grpc::GenericClientAsyncResponseReader> rpc_;
};

// Returns the error for a backend that no longer accepts data.
absl::Status NotTaking() {
  return absl::UnavailableError("backend unavailable: too many calls to it are stuck");
}

class GrpcBackend final : public Backend {
 public:
  GrpcBackend(std::vector<std::shared_ptr<grpc::Channel>> channels, const BackendOptions& options,
              const GrpcLimits& limits)
      : name_(options.target),
        kind_(CallKindOf(options, limits)),
        failing_kind_{Readiness::kFail, limits, kind_.abandoned, kind_.reachability},
        waiting_kind_{Readiness::kWait, limits, kind_.abandoned, kind_.reachability},
        health_mode_(options.health_mode),
        is_required_(options.is_required),
        limit_(HeadersLimitOf(options)),
        channels_(std::move(channels)),
        thread_queues_(CompletionThreadsOf(options)) {
    for (const auto& channel : channels_) {
      stubs_.push_back(std::make_unique<grpc::GenericStub>(channel));
    }
  }

  absl::Status StartThreads() { return thread_queues_.Start(); }

  std::string name() const override { return name_; }

  // Without a connection, makes a call that fails at once, since a channel reports no reason for
  // its state. If the outage is known, makes another one, which waits for its end: a channel that
  // no call waits for makes no progress, since gRPC (1.51) lets the threads that wait do the work.
  BackendHealth Health(absl::Time deadline) override {
    BackendHealth health;
    health.is_required = is_required_;
    if (health_mode_ == BackendHealthMode::kIgnore || HasReadyChannel()) return health;
    const GrpcReachability& reachability = *kind_.reachability;
    const bool was_away = reachability.is_away();
    Probe(failing_kind_, deadline);
    if (was_away && reachability.is_away() && MonotonicNow() < deadline) {
      Probe(waiting_kind_, deadline);
    }
    const std::string reason = reachability.reason();
    if (!reason.empty()) health.status = absl::UnavailableError(reason);
    return health;
  }

  void Shutdown() override { thread_queues_.Shutdown(); }

  absl::Status Unary(absl::string_view method, CallContext& context, std::string request,
                     WireBytes* response) override {
    return Call(kind_, method, context, std::move(request), response);
  }

  absl::StatusOr<std::unique_ptr<BackendStream>> Stream(absl::string_view method,
                                                        CallContext& context) override {
    if (kind_.abandoned->is_full()) return NotTaking();
    if (absl::Status s = Check(method, context.metadata); !s.ok()) return s;
    const CallTarget target = NextTarget();
    if (target.queue == nullptr) return Overloaded();
    return NewGrpcStream(*target.stub, std::string(method), context, kind_, target.queue);
  }

 private:
  // Makes a call whose result reachability notices. Any response ends an outage, even
  // UNIMPLEMENTED.
  void Probe(const GrpcCallKind& kind, absl::Time deadline) {
    CallContext context;
    context.deadline = deadline;
    WireBytes response;
    Call(kind, "/grpc.health.v1.Health/Check", context, "", &response).IgnoreError();
  }

  // A unary call of the given kind, which must be a member.
  absl::Status Call(const GrpcCallKind& kind, absl::string_view method, CallContext& context,
                    std::string request, WireBytes* response) {
    if (kind.abandoned->is_full()) return NotTaking();
    if (absl::Status s = Check(method, context.metadata); !s.ok()) return s;
    const CallTarget target = NextTarget();
    if (target.queue == nullptr) return Overloaded();
    const GrpcCallPtr<UnaryCall> call(new UnaryCall(context, kind, target.queue));
    const CancellationHook hook(context.cancellation, [&call] { call->Cancel(); });
    MessageRoom room(&context.arriving, context.largest, kind.limits.max_message);
    const bool in_room = room.is_needed();
    RunOnThreadStack([&] {
      call->Start(target.stub, target.queue, method, std::move(request));
      in_room ? call->AwaitBegin() : call->Receive();
    });
    absl::Status status = in_room ? ReceiveInRoom(call.get(), &room) : absl::OkStatus();
    if (!status.ok() || !call->Await(&call->reads)) {
      call->share = std::move(context.share);
      call->arriving = std::move(context.arriving);
      return status.ok() ? call->EndUnfinished() : status;
    }
    status = call->TakeInitial(&context);
    if (status.ok() && call->status.ok()) {
      status = call->TakeMessage(response);
      if (status.ok()) room.Fit(response->view().size());
    } else {
      room.FitNone();
    }
    return status.ok() ? call->End(method, &context) : status;
  }

  // Makes idle channels connect.
  bool HasReadyChannel() const {
    bool has_ready = false;
    for (const auto& channel : channels_) {
      has_ready |= channel->GetState(/*try_to_connect=*/true) == GRPC_CHANNEL_READY;
    }
    return has_ready;
  }

  // Waits for the response to begin and for room for its message, and then requests the message.
  static absl::Status ReceiveInRoom(UnaryCall* call, MessageRoom* room) {
    if (!call->Await(&call->reads)) return call->EndUnfinished();
    if (!call->AwaitRoom(room, MonotonicNow() + MessageRoom::kPatience)) {
      if (call->HasEnded()) return call->EndUnfinished();
      if (room->is_known()) {
        call->Cancel();
        return Overloaded();
      }
    }
    RunOnThreadStack([&] { call->Receive(); });
    if (!call->Await(&call->reads, MonotonicNow() + MessageRoom::kKept)) room->Leave();
    return absl::OkStatus();
  }

  // The channel and the queue of a call.
  struct CallTarget {
    grpc::GenericStub* stub;
    GrpcQueue* queue;
  };

  // Fails for metadata that would abort the process, or that would end all calls of the connection.
  absl::Status Check(absl::string_view method, const Metadata& metadata) const {
    if (absl::Status s = CheckMetadata(metadata); !s.ok()) return s;
    const size_t size = RequestHeadersSize(method, limit_.authority, metadata);
    if (size <= limit_.size) return absl::OkStatus();
    return HttpError(431, absl::StrCat("the request's headers are ", size,
                                       " bytes for the backend, and at most ", limit_.size,
                                       " are allowed (--backend_max_sent_metadata)"));
  }

  // Returns, on a loop's thread, the loop's queue and one of its own channels, if there are enough:
  // no other loop waits for these. Other threads use all channels and queues in turn. The queue is
  // null if the process can have no thread for it.
  CallTarget NextTarget() {
    const size_t turn = turn_.fetch_add(1, std::memory_order_relaxed);
    GrpcLoopQueue* const loop = GrpcLoopQueue::OfThisThread();
    if (loop == nullptr) return {stubs_[UsableFrom(turn)].get(), thread_queues_.Take(turn)};
    const size_t channel = loop->index() + turn * GrpcLoopQueue::Count();
    return {stubs_[UsableFrom(channel)].get(), loop->queue()};
  }

  // Returns the channel whose turn it is, or the next one that is not known to have failed: when a
  // backend is reachable again, each channel notices that separately, some a second after the
  // first.
  size_t UsableFrom(size_t turn) const {
    const size_t count = channels_.size();
    for (size_t i = 0; i < count && count > 1; ++i) {
      const size_t at = (turn + i) % count;
      if (channels_[at]->GetState(false) != GRPC_CHANNEL_TRANSIENT_FAILURE) return at;
    }
    return turn % count;
  }

  const std::string name_;
  const GrpcCallKind kind_;
  const GrpcCallKind failing_kind_;  // the same, for calls that fail at once or wait, whatever
  const GrpcCallKind waiting_kind_;  // kind_ does
  const BackendHealthMode health_mode_;
  const bool is_required_;
  const HeadersLimit limit_;
  const std::vector<std::shared_ptr<grpc::Channel>> channels_;
  std::vector<std::unique_ptr<grpc::GenericStub>> stubs_;  // parallel to channels_
  GrpcThreadQueues thread_queues_;
  std::atomic<size_t> turn_{0};
};

std::unique_ptr<GrpcBackend> Make(const BackendOptions& options) {
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (int i = 0; i < std::max(options.channels, 1); ++i) {
    channels.push_back(NewGrpcChannel(options));
  }
  return std::make_unique<GrpcBackend>(std::move(channels), options, LimitsOf(options));
}

absl::Status Wrong(const BackendOptions& options, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("backend \"", options.target, "\": ", why));
}

}  // namespace

std::unique_ptr<Backend> NewGrpcBackend(const BackendOptions& options) { return Make(options); }

absl::StatusOr<std::unique_ptr<Backend>> StartGrpcBackend(const BackendOptions& options) {
  std::unique_ptr<GrpcBackend> backend = Make(options);
  if (absl::Status s = backend->StartThreads(); !s.ok()) return s;
  return backend;
}

std::unique_ptr<Backend> NewGrpcBackend(std::shared_ptr<grpc::Channel> channel) {
  std::vector<std::shared_ptr<grpc::Channel>> channels = {std::move(channel)};
  return std::make_unique<GrpcBackend>(std::move(channels), BackendOptions(), UnknownLimits());
}

absl::Status CheckBackendOptions(const BackendOptions& options) {
  if (options.target.empty()) return Wrong(options, "the target is empty");
  if (absl::Status s = CheckBackendTarget(options.target); !s.ok()) {
    return Wrong(options, s.message());
  }
  if (options.channels < 1) return Wrong(options, "channels must be at least 1");
  if (options.completion_threads < 0) {
    return Wrong(options, "completion_threads must not be negative");
  }
  if (options.tls.has_value()) {
    if (absl::Status s = CheckBackendTls(*options.tls); !s.ok()) return Wrong(options, s.message());
  }
  if (!options.service_config.empty()) {
    absl::Status s = CheckGrpcServiceConfig(options.service_config);
    if (!s.ok()) return Wrong(options, absl::StrCat("the service config: ", s.message()));
  }
  // A new channel is idle; one with an invalid target has failed already.
  if (NewGrpcChannel(options)->GetState(/*try_to_connect=*/false) == GRPC_CHANNEL_IDLE) {
    return absl::OkStatus();
  }
  return Wrong(options, "gRPC does not accept this target");
}

}  // namespace trestle
