#include "trestle/server/grpc/grpc_queue.h"

#include <memory>
#include <system_error>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "trestle/server/concurrency/clock.h"
#include "trestle/server/concurrency/loop_waiter.h"
#include "trestle/server/grpc/grpc_time.h"

namespace trestle {
namespace {

// For operations that nobody waits for any more, at the end of a queue.
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
  try {
    std::thread(take_rest).detach();
  } catch (const std::system_error&) {
    // Without a thread the rest stays where it is.
  }
}

GrpcQueue* GrpcLoopQueue::queue() { return &rep_->queue; }

bool GrpcLoopQueue::HasPending() const { return rep_->queue.has_expectations(); }

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
  QueueOfThread() : rep_(std::make_shared<Rep>()), thread_([rep = rep_] { rep->Run(); }) {}
  ~QueueOfThread() {
    Shutdown();
    if (rep_->is_empty.WaitUntil(ends_at_)) {
      thread_.join();
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

  // Leaves the queue to its thread.
  void Leave() {
    ++queues_left;
    if (rep_->is_left.exchange(true)) --queues_left;
    thread_.detach();
  }

  const std::shared_ptr<Rep> rep_;
  absl::Time ends_at_ = absl::InfiniteFuture();
  std::thread thread_;
};

GrpcThreadQueues::GrpcThreadQueues(int count) : count_(count) {}

GrpcThreadQueues::~GrpcThreadQueues() {
  for (const auto& queue : queues_) queue->Shutdown();
}

absl::Status GrpcThreadQueues::Start() {
  try {
    Make();
  } catch (const std::system_error& error) {
    return absl::ResourceExhaustedError(
        absl::StrCat("cannot start a thread for gRPC: ", error.what()));
  }
  return absl::OkStatus();
}

void GrpcThreadQueues::Make() {
  std::call_once(once_, [this] {
    try {
      for (int i = 0; i < count_; ++i) queues_.push_back(std::make_unique<QueueOfThread>());
    } catch (const std::system_error&) {
      // Fewer threads suffice, but at least one is required.
      if (queues_.empty()) throw;
    }
  });
}

GrpcQueue* GrpcThreadQueues::Take(size_t turn) {
  Make();
  return queues_[turn % queues_.size()]->queue();
}

}  // namespace trestle
