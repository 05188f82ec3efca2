#include "trestle/server/concurrency/loop_waiter.h"

#include <algorithm>
#include <utility>

#include "trestle/server/concurrency/clock.h"

namespace trestle {
namespace {

// A completion source is drained this often even with nothing pending: gRPC's connections are
// closed by their peers, or receive pings.
constexpr absl::Duration kDrainInterval = absl::Seconds(1);

// Never inlined: a fiber may call it on another thread the next time.
__attribute__((noinline)) LoopWaiter*& OfThisThread() {
  static thread_local LoopWaiter* waiter = nullptr;
  asm volatile("" ::: "memory");
  return waiter;
}

}  // namespace

LoopWaiter::OnThread::OnThread(LoopWaiter* waiter) { OfThisThread() = waiter; }

LoopWaiter::OnThread::~OnThread() {
  LoopWaiter* const waiter = std::exchange(OfThisThread(), nullptr);
  waiter->wakeup_thread_.reset();
  waiter->source_.reset();
}

// The WakeupThread is armed only when there is a completion source.
LoopWaiter::LoopWaiter()
    : wakeup_thread_(std::make_unique<WakeupThread>(
          poller_.descriptor(), [this] { to_interrupt_.load()->Interrupt(); })) {}

absl::Status LoopWaiter::status() const {
  absl::Status status = poller_.status();
  status.Update(wakeup_thread_->status());
  return status;
}

LoopWaiter* LoopWaiter::Current() { return OfThisThread(); }

bool LoopWaiter::Add(int descriptor, Poller::Watch watch, uint64_t key) {
  return poller_.Add(descriptor, watch, key);
}

void LoopWaiter::Wake() { poller_.Wake(); }

void LoopWaiter::set_completion_source(std::unique_ptr<CompletionSource> source) {
  source_ = std::move(source);
  to_interrupt_ = source_.get();
}

void LoopWaiter::Wait(absl::Time deadline, std::vector<Poller::Ready>* ready) {
  const absl::Duration time = deadline - MonotonicNow();
  if (source_ == nullptr) return poller_.Wait(time, ready);
  if (!source_->HasPending()) {
    poller_.Wait(std::min(time, kDrainInterval), ready);
    source_->Drain();  // before a call starts on a connection that has been closed
    return;
  }
  poller_.Wait(absl::ZeroDuration(), ready);
  const bool had_completions = source_->Drain();
  if (ready->empty() && !had_completions && time > absl::ZeroDuration()) WaitInSource(deadline);
}

void LoopWaiter::WaitInSource(absl::Time deadline) {
  wakeup_thread_->Arm();
  source_->Wait(deadline);
  wakeup_thread_->Disarm();
}

}  // namespace trestle
