#include "trestle/server/grpc/grpc_queue.h"

#include <memory>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/status/statusor.h"
#include "trestle/server/concurrency/clock.h"
#include "trestle/server/concurrency/loop_waiter.h"
#include "trestle/server/concurrency/thread.h"
#include "trestle/server/grpc/grpc_time.h"

namespace trestle {
namespace {

// At the end of a queue, for operations without a waiter.
constexpr absl::Duration kLastWait = absl::Milliseconds(500);

std::atomic<size_t> queues_made{0};
std::atomic<size_t> queues_left{0};

}  // namespace

size_t GrpcQueuesLeft() { return queues_left; }

// What must live until the queue is empty.
struct GrpcLoopQueue::Rep {
  using NextStatus = grpc::CompletionQueue::NextStatus;

  NextStatus TakeNext(gpr_timespec deadline) {
    void* tag;
    bool ok;
    const NextStatus next = queue.grpc()->AsyncNext(&tag, &ok, deadline);
    if (next != NextStatus::GOT_EVENT) return next;
    if (tag == &interruption) {
      is_interrupted = false;
    } else {
      static_cast<Tag*>(tag)->Complete(ok);
    }
    return next;
  }

  // Takes all that comes before `deadline`. Whether the queue is empty for good.
  bool TakeRest(gpr_timespec deadline) {
    NextStatus next = NextStatus::GOT_EVENT;
    while (next == NextStatus::GOT_EVENT) next = TakeNext(deadline);
    return next == NextStatus::SHUTDOWN;
  }

  std::atomic<bool> is_interrupted{false};
  GrpcQueue queue;
  grpc::Alarm interruption;
};

GrpcLoopQueue* GrpcLoopQueue::OfThisThread() {
  LoopWaiter* const waiter = LoopWaiter::Current();
  if (waiter == nullptr) return nullptr;
  if (waiter->completion_source() == nullptr) {
    waiter->set_completion_source(std::make_unique<GrpcLoopQueue>());
  }
  return static_cast<GrpcLoopQueue*>(waiter->completion_source());
}

size_t GrpcLoopQueue::Count() { return queues_made; }

GrpcLoopQueue::GrpcLoopQueue() : index_(queues_made++), rep_(std::make_unique<Rep>()) {}

GrpcLoopQueue::~GrpcLoopQueue() {
  rep_->queue.grpc()->Shutdown();
  if (rep_->TakeRest(ToGrpcTime(MonotonicNow() + kLastWait))) return;
  ++queues_left;
  Rep* const left = rep_.release();
  const auto take_rest = [left] {
    left->TakeRest(gpr_inf_future(GPR_CLOCK_MONOTONIC));
    delete left;
    --queues_left;
  };
  // Without a thread the rest stays where it is.
  if (absl::StatusOr<Thread> thread = Thread::Start(take_rest); thread.ok()) thread->Detach();
}

GrpcQueue* GrpcLoopQueue::queue() { return &rep_->queue; }

bool GrpcLoopQueue::HasPending() const { return rep_->queue.has_pending(); }

// Also lets gRPC look at its connections, once there is nothing left.
bool GrpcLoopQueue::Drain() {
  constexpr int kInARow = 64;  // then the loop's descriptors have their turn
  int taken = 0;
  while (taken < kInARow &&
         rep_->TakeNext(gpr_inf_past(GPR_CLOCK_MONOTONIC)) == Rep::NextStatus::GOT_EVENT) {
    ++taken;
  }
  return taken > 0;
}

void GrpcLoopQueue::Wait(absl::Time deadline) { rep_->TakeNext(ToGrpcTime(deadline)); }

void GrpcLoopQueue::Interrupt() {
  if (rep_->is_interrupted.exchange(true)) return;
  rep_->interruption.Set(rep_->queue.grpc(), gpr_inf_past(GPR_CLOCK_MONOTONIC),
                         &rep_->interruption);
}

class GrpcThreadQueues::QueueOfThread {
 public:
  // ResourceExhausted when the process can have no thread.
  static absl::StatusOr<std::unique_ptr<QueueOfThread>> Start() {
    auto rep = std::make_shared<Rep>();
    absl::StatusOr<Thread> thread = Thread::Start([rep] { rep->Run(); });
    if (!thread.ok()) return thread.status();
    return absl::WrapUnique(new QueueOfThread(std::move(rep), *std::move(thread)));
  }
  ~QueueOfThread() {
    Shutdown();
    if (rep_->is_empty.WaitUntil(ends_at_)) {
      thread_.Join();
    } else {
      Leave();
    }
  }
  QueueOfThread(const QueueOfThread&) = delete;
  QueueOfThread& operator=(const QueueOfThread&) = delete;

  // Takes no more operations. The wait for those that there are begins here.
  void Shutdown() {
    if (ends_at_ != absl::InfiniteFuture()) return;
    ends_at_ = MonotonicNow() + kLastWait;
    rep_->queue.grpc()->Shutdown();
  }

  GrpcQueue* queue() { return &rep_->queue; }

 private:
  // What must live until the queue is empty.
  struct Rep {
    void Run() {
      void* tag;
      bool ok;
      while (queue.grpc()->Next(&tag, &ok)) static_cast<Tag*>(tag)->Complete(ok);
      is_empty.Notify();
      if (is_left.exchange(true)) --queues_left;
    }

    GrpcQueue queue;
    Event is_empty;
    std::atomic<bool> is_left{false};  // by one side, the thread or the owner
  };

  QueueOfThread(std::shared_ptr<Rep> rep, Thread thread)
      : rep_(std::move(rep)), thread_(std::move(thread)) {}

  // Leaves the queue to its thread.
  void Leave() {
    ++queues_left;
    if (rep_->is_left.exchange(true)) --queues_left;
    thread_.Detach();
  }

  const std::shared_ptr<Rep> rep_;
  absl::Time ends_at_ = absl::InfiniteFuture();
  Thread thread_;
};

GrpcThreadQueues::GrpcThreadQueues(size_t count) : count_(count) {}

GrpcThreadQueues::~GrpcThreadQueues() { Shutdown(); }

absl::Status GrpcThreadQueues::Start() {
  if (is_started_.load(std::memory_order_acquire)) return absl::OkStatus();
  const std::lock_guard<std::mutex> lock(mutex_);
  while (!is_started_) {
    auto queue = QueueOfThread::Start();
    const bool is_last = !queue.ok() || queues_.size() + 1 == count_;
    // Fewer threads suffice, but at least one is required.
    if (!queue.ok() && queues_.empty()) return queue.status();
    if (queue.ok()) queues_.push_back(*std::move(queue));
    if (is_last) is_started_.store(true, std::memory_order_release);
  }
  return absl::OkStatus();
}

GrpcQueue* GrpcThreadQueues::Take(size_t turn) {
  return Start().ok() ? queues_[turn % queues_.size()]->queue() : nullptr;
}

void GrpcThreadQueues::Shutdown() {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const auto& queue : queues_) queue->Shutdown();
}

}  // namespace trestle
