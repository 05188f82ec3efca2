// What a loop waits for that is no descriptor of its own: the operations of a library that has
// its own way to wait.

#ifndef TRESTLE_SERVER_CONCURRENCY_COMPLETION_SOURCE_H_
#define TRESTLE_SERVER_CONCURRENCY_COMPLETION_SOURCE_H_

#include "absl/time/time.h"

namespace trestle {

// Belongs to the thread of one loop, whose LoopWaiter owns it (reactor.h).
class CompletionSource {
 public:
  virtual ~CompletionSource() = default;

  // ---- the thread of the loop

  // Whether an operation is in progress, so that its end is worth sleeping for.
  virtual bool HasPending() const = 0;
  // Takes in what has come to an end, without waiting. Whether there was anything.
  virtual bool Drain() = 0;
  // Waits until something has come to an end, and takes that in; until `deadline`, a value
  // of MonotonicNow, or until Interrupt.
  virtual void Wait(absl::Time deadline) = 0;

  // ---- from any thread

  // Ends a Wait, the next one if there is none.
  virtual void Interrupt() = 0;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_COMPLETION_SOURCE_H_
