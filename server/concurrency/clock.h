// The clock of all waits and timeouts.

#ifndef TRESTLE_SERVER_CONCURRENCY_CLOCK_H_
#define TRESTLE_SERVER_CONCURRENCY_CLOCK_H_

#include "absl/time/time.h"

namespace trestle {

// Returns the time of CLOCK_MONOTONIC, which neither an operator nor NTP can set. Thread-safe;
// never goes back.
//
// The epoch is arbitrary: compare a value only with other values of MonotonicNow in this process,
// or add a duration to it. Every deadline in server/ is such a value: those of Event::WaitUntil,
// timers, connections, and CallContext. Use absl::Now only for times that people or other computers
// read, such as Date.
//
// (The epoch is chosen so that values look like those of absl::Now when the process started. A
// deadline that a program computes from absl::Now works unless that clock is set.)
absl::Time MonotonicNow();

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_CLOCK_H_
