#include "trestle/server/grpc_queue.h"

#include <memory>
#include <thread>

#include "trestle/server/concurrency/reactor.h"
#include "trestle/server/grpc_time.h"

namespace trestle {
namespace {

std::atomic<size_t> queues_made{0};

}  // namespace

GrpcLoopQueue* GrpcLoopQueue::OfThisThread() {
  Reactor* const reactor = Reactor::Current();
  if (reactor == nullptr) return nullptr;
  if (reactor->companion() == nullptr) reactor->set_companion(std::make_unique<GrpcLoopQueue>());
  return static_cast<GrpcLoopQueue*>(reactor->companion());
}

size_t GrpcLoopQueue::Count() { return queues_made; }

GrpcLoopQueue::GrpcLoopQueue() : index_(queues_made++) {}

GrpcLoopQueue::~GrpcLoopQueue() {
  queue_.grpc()->Shutdown();
  while (TakeNext(gpr_inf_future(GPR_CLOCK_MONOTONIC))) {
  }
}

// Also lets gRPC look at its connections, once there is nothing left.
bool GrpcLoopQueue::TakeIn() {
  constexpr int kInARow = 64;  // then the loop's descriptors have their turn
  int taken = 0;
  while (taken < kInARow && TakeNext(gpr_inf_past(GPR_CLOCK_MONOTONIC))) ++taken;
  return taken > 0;
}

void GrpcLoopQueue::Wait(absl::Time deadline) { TakeNext(ToGrpcTime(deadline)); }

// False when there was nothing until the deadline, or there will be nothing more.
bool GrpcLoopQueue::TakeNext(gpr_timespec deadline) {
  void* tag;
  bool ok;
  const auto next = queue_.grpc()->AsyncNext(&tag, &ok, deadline);
  if (next != grpc::CompletionQueue::GOT_EVENT) return false;
  if (tag == &interruption_) {
    is_interrupted_ = false;
  } else {
    static_cast<Tag*>(tag)->Complete(ok);
  }
  return true;
}

void GrpcLoopQueue::Interrupt() {
  if (is_interrupted_.exchange(true)) return;
  interruption_.Set(queue_.grpc(), gpr_inf_past(GPR_CLOCK_MONOTONIC), &interruption_);
}

class GrpcThreadQueues::QueueOfThread {
 public:
  QueueOfThread() : thread_([this] { Run(); }) {}
  ~QueueOfThread() {
    queue_.grpc()->Shutdown();
    thread_.join();
  }
  QueueOfThread(const QueueOfThread&) = delete;
  QueueOfThread& operator=(const QueueOfThread&) = delete;

  GrpcQueue* queue() { return &queue_; }

 private:
  void Run() {
    void* tag;
    bool ok;
    while (queue_.grpc()->Next(&tag, &ok)) static_cast<Tag*>(tag)->Complete(ok);
  }

  GrpcQueue queue_;
  std::thread thread_;
};

GrpcThreadQueues::GrpcThreadQueues(int count) : count_(count) {}

GrpcThreadQueues::~GrpcThreadQueues() = default;

GrpcQueue* GrpcThreadQueues::Take(size_t turn) {
  std::call_once(once_, [this] {
    for (int i = 0; i < count_; ++i) queues_.push_back(std::make_unique<QueueOfThread>());
  });
  return queues_[turn % queues_.size()]->queue();
}

}  // namespace trestle
