// Where the thread of a loop waits: for its descriptors, and for what its companion expects.

#ifndef TRESTLE_SERVER_CONCURRENCY_LOOP_WAITER_H_
#define TRESTLE_SERVER_CONCURRENCY_LOOP_WAITER_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "trestle/server/concurrency/completion_source.h"
#include "trestle/server/concurrency/poller.h"
#include "trestle/server/concurrency/wakeup_thread.h"

namespace trestle {

// Add and Wake from any thread; all else from the one that waits.
//
// The kernel lets a thread sleep in one place only. A loop that expects nothing of its companion
// sleeps at its descriptors. One that does sleeps in the companion, which then wakes it
// without a detour, while a WakeupThread is at its descriptors.
class LoopWaiter {
 public:
  // While it lives, this thread waits in `reactor`.
  class OnThread {
   public:
    explicit OnThread(LoopWaiter* reactor);
    ~OnThread();  // ends the companion, of which nothing may be expected any more
    OnThread(const OnThread&) = delete;
    OnThread& operator=(const OnThread&) = delete;
  };

  // The one that this thread waits in, or null.
  static LoopWaiter* Current();

  // Makes all that waiting needs, so that nothing is missing later.
  LoopWaiter();
  LoopWaiter(const LoopWaiter&) = delete;
  LoopWaiter& operator=(const LoopWaiter&) = delete;

  // ResourceExhausted when the process could not have the descriptors or the thread for this.
  // Then nothing else is to be called.
  absl::Status status() const;

  // As Poller's.
  bool Add(int descriptor, Poller::Watch watch, uint64_t key);
  void Wake();

  // Null until it is set, which is for good.
  CompletionSource* companion() const { return companion_.get(); }
  void set_companion(std::unique_ptr<CompletionSource> companion);

  // Waits until something has happened to a descriptor, the companion had something to take
  // in, Wake was called, or `deadline`, a value of MonotonicNow, has come; replaces `*ready` by
  // what has happened.
  void Wait(absl::Time deadline, std::vector<Poller::Ready>* ready);

 private:
  void WaitInCompanion(absl::Time deadline);

  Poller poller_;
  std::unique_ptr<CompletionSource> companion_;
  std::atomic<CompletionSource*> to_interrupt_{nullptr};  // the same, for the thread of the lookout
  std::unique_ptr<WakeupThread> lookout_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_LOOP_WAITER_H_
