// The class that all waiting in the server goes through.

#ifndef TRESTLE_SERVER_CONCURRENCY_EVENT_H_
#define TRESTLE_SERVER_CONCURRENCY_EVENT_H_

#include <atomic>
#include <cstdint>

#include "absl/time/time.h"

namespace trestle {

class Fiber;

// An auto-reset event with a single waiter. Code that waits, for a socket, an RPC or a time, waits
// on one of these, and only this class decides how. A fiber that waits leaves its thread to
// others, and continues on the thread that notifies it. A thread sleeps.
//
// There is one waiter at a time, and any number of notifiers. Either may come first: the first wait
// after one or more notifications returns at once and consumes them all.
class Event {
 public:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  // Waits until Notify is called.
  void Wait();
  // Waits until Notify is called or `deadline`, a value of MonotonicNow (clock.h), has come.
  // Returns false in the latter case. With a deadline in the past, returns at once.
  bool WaitUntil(absl::Time deadline);

  // Ends a wait. Everything written before Notify is visible after Wait. The event may be
  // destroyed as soon as Wait has returned, even if Notify has not.
  void Notify();

 private:
  class Parking;

  bool TakeNotification();
  bool ParkUntil(absl::Time deadline);
  bool SleepUntil(absl::Time deadline);

  // One of the constants in event.cc, or the address of the waiting fiber.
  std::atomic<uintptr_t> state_{0};
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_EVENT_H_
