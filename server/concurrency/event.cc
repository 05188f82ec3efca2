// The state of an event is one word (concurrency.h has the table of its transitions). Waiting
// puts the waiter into it: a fiber's address, or kSleeping for a thread, which then sleeps on the
// word as a futex. Notify exchanges the word for kNotified and wakes whatever it finds. After that
// exchange it must not touch the event, which the waiter may destroy.
//
// A fiber's deadline is a Timer on its stack. Three parties meet in the word: OnParked, which puts
// the fiber in unless something has come before; Notify; and Expire. Exactly one of the latter two
// finds the fiber there, and that one resumes it. The waiter cancels the timer before it looks at
// the word, so that the timer is never touched after the wait.

#include "trestle/server/concurrency/event.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <ctime>

#include "trestle/server/concurrency/clock.h"
#include "trestle/server/concurrency/fiber.h"
#include "trestle/server/concurrency/fiber_control.h"
#include "trestle/server/concurrency/scheduler.h"

namespace trestle {
namespace {

// The states without a waiting fiber. No fiber has such an address.
constexpr uintptr_t kNothing = 0;
constexpr uintptr_t kNotified = 1;
constexpr uintptr_t kSleeping = 2;  // a thread waits
constexpr uintptr_t kTimedOut = 3;  // a fiber's deadline has come

static_assert(sizeof(std::atomic<uintptr_t>) == sizeof(uintptr_t), "a futex is a plain word");

uintptr_t Address(const Fiber* fiber) { return reinterpret_cast<uintptr_t>(fiber); }

// Sleeps while the low half of `*word` is `value`, no longer than `timeout`, or wakes a thread that
// does. The other half is zero whenever a thread sleeps.
void Futex(std::atomic<uintptr_t>* word, int operation, uintptr_t value, const timespec* timeout) {
  syscall(SYS_futex, reinterpret_cast<uint32_t*>(word), operation, static_cast<uint32_t>(value),
          timeout, nullptr, 0);
}

}  // namespace

// The wait of a fiber, on its stack.
class Event::Parking : public Timer {
 public:
  Parking(Event* event, absl::Time deadline) : event_(event), fiber_(CurrentFiber()) {
    when = deadline;
    expire = &Expire;
  }

  // Runs on the stack of the thread, with the fiber suspended. After the exchange the fiber may run
  // on another thread, and this object may be gone.
  static bool OnParked(void* parking) {
    auto* const self = static_cast<Parking*>(parking);
    uintptr_t nothing = kNothing;
    return self->event_->state_.compare_exchange_strong(nothing, Address(self->fiber_));
  }

 private:
  // May run before OnParked, after it, or after a notification.
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
  Park(&Parking::OnParked, &parking);
  if (ends) scheduler->Cancel(&parking);
  // A notification may have come after the deadline.
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
  // After the exchange *this may be gone: the waiter may have returned. Waking an address that no
  // thread sleeps on is harmless.
  const uintptr_t seen = state_.exchange(kNotified);
  if (seen == kSleeping) {
    Futex(&state_, FUTEX_WAKE_PRIVATE, 1, nullptr);
  } else if (seen > kTimedOut) {
    // The word is an address or one of four constants.
    Resume(reinterpret_cast<Fiber*>(seen));  // NOLINT(performance-no-int-to-ptr)
  }
}

}  // namespace trestle
