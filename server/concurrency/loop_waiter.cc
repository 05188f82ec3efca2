#include "trestle/server/concurrency/loop_waiter.h"

#include <algorithm>
#include <utility>

#include "trestle/server/concurrency/clock.h"

namespace trestle {
namespace {

// Even of a companion that expects nothing: its connections are closed by their other ends, or
// ask whether anybody is there.
constexpr absl::Duration kLookAfter = absl::Seconds(1);

// Never inlined: a fiber may be on another thread the next time.
__attribute__((noinline)) LoopWaiter*& OfThisThread() {
  static thread_local LoopWaiter* reactor = nullptr;
  asm volatile("" ::: "memory");
  return reactor;
}

}  // namespace

LoopWaiter::OnThread::OnThread(LoopWaiter* reactor) { OfThisThread() = reactor; }

LoopWaiter::OnThread::~OnThread() {
  LoopWaiter* const reactor = std::exchange(OfThisThread(), nullptr);
  reactor->lookout_.reset();
  reactor->companion_.reset();
}

// The lookout only begins to look when there is a companion.
LoopWaiter::LoopWaiter()
    : lookout_(std::make_unique<WakeupThread>(poller_.descriptor(),
                                              [this] { to_interrupt_.load()->Interrupt(); })) {}

absl::Status LoopWaiter::status() const {
  absl::Status status = poller_.status();
  status.Update(lookout_->status());
  return status;
}

LoopWaiter* LoopWaiter::Current() { return OfThisThread(); }

bool LoopWaiter::Add(int descriptor, Poller::Watch watch, uint64_t key) {
  return poller_.Add(descriptor, watch, key);
}

void LoopWaiter::Wake() { poller_.Wake(); }

void LoopWaiter::set_companion(std::unique_ptr<CompletionSource> companion) {
  companion_ = std::move(companion);
  to_interrupt_ = companion_.get();
}

void LoopWaiter::Wait(absl::Time deadline, std::vector<Poller::Ready>* ready) {
  const absl::Duration time = deadline - MonotonicNow();
  if (companion_ == nullptr) return poller_.Wait(time, ready);
  if (!companion_->HasPending()) {
    poller_.Wait(std::min(time, kLookAfter), ready);
    companion_->Drain();  // before a call is begun on a connection that has been closed
    return;
  }
  poller_.Wait(absl::ZeroDuration(), ready);
  const bool has_taken_in = companion_->Drain();
  if (ready->empty() && !has_taken_in && time > absl::ZeroDuration()) WaitInCompanion(deadline);
}

void LoopWaiter::WaitInCompanion(absl::Time deadline) {
  lookout_->Begin();
  companion_->Wait(deadline);
  lookout_->End();
}

}  // namespace trestle
