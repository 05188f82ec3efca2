// Keeps long computations on a fiber from holding up the other fibers of its thread.

#ifndef TRESTLE_SERVER_CONCURRENCY_WORK_QUANTUM_H_
#define TRESTLE_SERVER_CONCURRENCY_WORK_QUANTUM_H_

#include <cstddef>

#include "trestle/server/concurrency/fiber.h"

namespace trestle {

// Counts work in bytes that are processed. For loops whose length a client decides and that may
// never wait. Not thread-safe.
class WorkQuantum {
 public:
  // The work between two yields: less than a millisecond of decompressing, splitting or decoding.
  static constexpr size_t kBytes = size_t{64} << 10;

  // Counts `bytes` of work, and calls Yield at the end of a quantum. So it must not be called under
  // a lock or within RunOnThreadStack.
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
