// Keeps long computations on a fiber from holding up the other fibers of its thread.

#ifndef TRESTLE_SERVER_CONCURRENCY_WORK_QUANTUM_H_
#define TRESTLE_SERVER_CONCURRENCY_WORK_QUANTUM_H_

#include <cstddef>

#include "trestle/server/concurrency/fiber.h"

namespace trestle {

// Counts work in bytes that are looked at. For loops whose length a client decides, and which
// may never wait for anything. For one fiber at a time.
class WorkQuantum {
 public:
  // The work between two yields: less than a millisecond of inflating, splitting or decoding.
  static constexpr size_t kBytes = size_t{64} << 10;

  // Counts `bytes` of work. Yields at the end of a quantum, so what holds for Yield holds here:
  // not under a lock, and not within RunOnThreadStack.
  void Spend(size_t bytes) {
    spent_ += bytes;
    if (spent_ < kBytes) return;
    spent_ = 0;
    Yield();
  }

 private:
  size_t spent_ = 0;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_WORK_QUANTUM_H_
