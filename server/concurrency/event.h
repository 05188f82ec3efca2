// The one thing that code of this server waits on.

#ifndef TRESTLE_SERVER_CONCURRENCY_EVENT_H_
#define TRESTLE_SERVER_CONCURRENCY_EVENT_H_

#include <atomic>
#include <cstdint>

#include "absl/time/time.h"

namespace trestle {

class Fiber;

// Something that happens, and may happen again. Everything that waits, for a socket, an
// RPC or a time, waits on one of these; how it waits is known here alone. A fiber that waits
// leaves its thread to others, and goes on on the thread that notifies; a thread sleeps.
//
// One waits at a time; any number may notify. Which comes first does not matter: the first
// wait after one notification, or after several, ends at once, and uses them up.
class Event {
 public:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  // Returns once Notify has been called.
  void Wait();
  // The same, but no longer than `deadline`, a value of MonotonicNow (clock.h): false when it was
  // not called until then. With a deadline in the past, returns at once.
  bool WaitUntil(absl::Time deadline);

  // Ends a wait. What was written before Notify is seen after Wait. The event may be
  // destroyed as soon as Wait has returned, even while Notify has not.
  void Notify();

 private:
  class Parking;

  bool TakeNotification();
  bool ParkUntil(absl::Time deadline);
  bool SleepUntil(absl::Time deadline);

  // One of the values of event.cc, or the fiber that waits.
  std::atomic<uintptr_t> state_{0};
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_EVENT_H_
