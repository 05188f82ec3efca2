#include "trestle/server/concurrency/event.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <ctime>

#include "trestle/server/concurrency/clock.h"
#include "trestle/server/concurrency/fiber.h"
#include "trestle/server/concurrency/scheduler.h"

namespace trestle {
namespace {

// What the state is when no fiber waits; no fiber has such an address.
constexpr uintptr_t kNothing = 0;
constexpr uintptr_t kNotified = 1;
constexpr uintptr_t kSleeping = 2;  // a thread waits
constexpr uintptr_t kTimedOut = 3;  // a fiber's deadline has come

static_assert(sizeof(std::atomic<uintptr_t>) == sizeof(uintptr_t), "a futex is plain bits");

uintptr_t Address(const Fiber* fiber) { return reinterpret_cast<uintptr_t>(fiber); }

// Sleeps while the low half of `*word` is `value`, no longer than `timeout`, or wakes who
// does. The other half is zero whenever a thread sleeps.
void Futex(std::atomic<uintptr_t>* word, int operation, uintptr_t value, const timespec* timeout) {
  syscall(SYS_futex, reinterpret_cast<uint32_t*>(word), operation, static_cast<uint32_t>(value),
          timeout, nullptr, 0);
}

}  // namespace

// A fiber's wait, on its stack.
class Event::Parking : public Timer {
 public:
  Parking(Event* event, absl::Time deadline) : event_(event), fiber_(CurrentFiber()) {
    when = deadline;
    expire = &Expire;
  }

  // On the stack of the thread, the fiber being suspended. From the exchange on the fiber may
  // run somewhere else, and this be gone.
  static bool Settle(void* parking) {
    auto* const self = static_cast<Parking*>(parking);
    uintptr_t nothing = kNothing;
    return self->event_->state_.compare_exchange_strong(nothing, Address(self->fiber_));
  }

 private:
  // Comes before Settle, or after it, or when it is too late.
  static Fiber* Expire(Timer* timer) {
    auto* const self = static_cast<Parking*>(timer);
    std::atomic<uintptr_t>& state = self->event_->state_;
    uintptr_t seen = state.load();
    while (seen != kNotified && !state.compare_exchange_weak(seen, kTimedOut)) {
    }
    return seen == Address(self->fiber_) ? self->fiber_ : nullptr;
  }

  Event* const event_;
  Fiber* const fiber_;
};

bool Event::TakeNotification() {
  uintptr_t notified = kNotified;
  return state_.compare_exchange_strong(notified, kNothing);
}

void Event::Wait() { WaitUntil(absl::InfiniteFuture()); }

bool Event::WaitUntil(absl::Time deadline) {
  if (TakeNotification()) return true;
  if (deadline != absl::InfiniteFuture() && deadline <= MonotonicNow()) return false;
  return CurrentFiber() != nullptr ? ParkUntil(deadline) : SleepUntil(deadline);
}

bool Event::ParkUntil(absl::Time deadline) {
  Parking parking(this, deadline);
  Scheduler* const scheduler = SchedulerOf(CurrentFiber());
  const bool ends = deadline != absl::InfiniteFuture();
  if (ends) scheduler->Add(&parking);
  Park(&Parking::Settle, &parking);
  if (ends) scheduler->Cancel(&parking);
  // It may have been notified after its deadline had come.
  return state_.exchange(kNothing) == kNotified;
}

bool Event::SleepUntil(absl::Time deadline) {
  uintptr_t seen = kNothing;
  state_.compare_exchange_strong(seen, kSleeping);
  while (state_.load() == kSleeping) {
    if (deadline == absl::InfiniteFuture()) {
      Futex(&state_, FUTEX_WAIT_PRIVATE, kSleeping, nullptr);
      continue;
    }
    const absl::Duration left = deadline - MonotonicNow();
    if (left <= absl::ZeroDuration()) break;
    const timespec timeout = absl::ToTimespec(left);
    Futex(&state_, FUTEX_WAIT_PRIVATE, kSleeping, &timeout);
  }
  return state_.exchange(kNothing) == kNotified;
}

void Event::Notify() {
  // After the exchange *this may be gone: the waiter may already have returned. Waking
  // an address that nobody sleeps on is harmless.
  const uintptr_t seen = state_.exchange(kNotified);
  if (seen == kSleeping) {
    Futex(&state_, FUTEX_WAKE_PRIVATE, 1, nullptr);
  } else if (seen > kTimedOut) {
    // One word is a fiber or one of four values.
    Resume(reinterpret_cast<Fiber*>(seen));  // NOLINT(performance-no-int-to-ptr)
  }
}

}  // namespace trestle
