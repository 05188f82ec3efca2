// A source of completions other than file descriptors, such as a gRPC completion queue.

#ifndef TRESTLE_SERVER_CONCURRENCY_COMPLETION_SOURCE_H_
#define TRESTLE_SERVER_CONCURRENCY_COMPLETION_SOURCE_H_

#include "absl/time/time.h"

namespace trestle {

// Belongs to the thread of one loop, whose LoopWaiter (loop_waiter.h) owns it.
class CompletionSource {
 public:
  virtual ~CompletionSource() = default;

  // ---- called by the thread of the loop

  // Returns whether operations are in progress.
  virtual bool HasPending() const = 0;
  // Handles the completions that are there, without waiting. Returns whether there were any.
  virtual bool Drain() = 0;
  // Waits for a completion and handles it. Returns early at `deadline`, a value of MonotonicNow,
  // and after Interrupt.
  virtual void Wait(absl::Time deadline) = 0;

  // ---- may be called from any thread

  // Ends the current Wait, or else the next one.
  virtual void Interrupt() = 0;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_COMPLETION_SOURCE_H_
