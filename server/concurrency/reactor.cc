#include "trestle/server/concurrency/reactor.h"

#include <algorithm>
#include <utility>

#include "trestle/server/concurrency/clock.h"

namespace trestle {
namespace {

// Even of a companion that expects nothing: its connections are closed by their other ends, or
// ask whether anybody is there.
constexpr absl::Duration kLookAfter = absl::Seconds(1);

// Never inlined: a fiber may be on another thread the next time.
__attribute__((noinline)) Reactor*& OfThisThread() {
  static thread_local Reactor* reactor = nullptr;
  asm volatile("" ::: "memory");
  return reactor;
}

}  // namespace

Reactor::OnThread::OnThread(Reactor* reactor) { OfThisThread() = reactor; }

Reactor::OnThread::~OnThread() {
  Reactor* const reactor = std::exchange(OfThisThread(), nullptr);
  reactor->lookout_.reset();
  reactor->companion_.reset();
}

// The lookout only begins to look when there is a companion.
Reactor::Reactor()
    : lookout_(std::make_unique<Lookout>(poller_.descriptor(),
                                         [this] { to_interrupt_.load()->Interrupt(); })) {}

absl::Status Reactor::status() const {
  absl::Status status = poller_.status();
  status.Update(lookout_->status());
  return status;
}

Reactor* Reactor::Current() { return OfThisThread(); }

bool Reactor::Add(int descriptor, Poller::Watch watch, uint64_t key) {
  return poller_.Add(descriptor, watch, key);
}

void Reactor::Wake() { poller_.Wake(); }

void Reactor::set_companion(std::unique_ptr<Companion> companion) {
  companion_ = std::move(companion);
  to_interrupt_ = companion_.get();
}

void Reactor::Wait(absl::Time deadline, std::vector<Poller::Ready>* ready) {
  const absl::Duration time = deadline - MonotonicNow();
  if (companion_ == nullptr) return poller_.Wait(time, ready);
  if (!companion_->IsExpecting()) {
    poller_.Wait(std::min(time, kLookAfter), ready);
    companion_->TakeIn();  // before a call is begun on a connection that has been closed
    return;
  }
  poller_.Wait(absl::ZeroDuration(), ready);
  const bool has_taken_in = companion_->TakeIn();
  if (ready->empty() && !has_taken_in && time > absl::ZeroDuration()) WaitInCompanion(deadline);
}

void Reactor::WaitInCompanion(absl::Time deadline) {
  lookout_->Begin();
  companion_->Wait(deadline);
  lookout_->End();
}

}  // namespace trestle
