// The clock of all waits and timeouts.

#ifndef TRESTLE_SERVER_CONCURRENCY_CLOCK_H_
#define TRESTLE_SERVER_CONCURRENCY_CLOCK_H_

#include "absl/time/time.h"

namespace trestle {

// Returns the present time of CLOCK_MONOTONIC, which nobody sets: not an operator, and not NTP.
// Thread-safe; never goes back.
//
// Its epoch is arbitrary, so that a value is only to be compared with other values of this
// process's MonotonicNow, or have a duration added to it. Every deadline in server/ is such a
// value: those of Event::WaitUntil, timers, connections, and CallContext. Use absl::Now only for
// times that people or other computers read, such as Date.
//
// (The epoch is chosen so that values look like those of absl::Now when the process started. A
// deadline that a program has made of absl::Now works as long as nobody sets that clock.)
absl::Time MonotonicNow();

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_CLOCK_H_
