// Waits for the events of a loop: of its descriptors, and of a completion source.

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

// Add and Wake may be called from any thread, everything else only by the thread that waits.
//
// A thread can sleep in one place only. While the completion source has nothing pending, the loop
// sleeps in epoll. Otherwise it sleeps in the completion source, so that a completion wakes it
// directly, and a WakeupThread watches the descriptors.
class LoopWaiter {
 public:
  // Makes `waiter` the one that Current returns on this thread, as long as it exists.
  class OnThread {
   public:
    explicit OnThread(LoopWaiter* waiter);
    // Destroys the completion source, which must have nothing pending.
    ~OnThread();
    OnThread(const OnThread&) = delete;
    OnThread& operator=(const OnThread&) = delete;
  };

  // Returns the waiter of this thread, or null.
  static LoopWaiter* Current();

  // Acquires the descriptors and the thread that waiting needs, so that none can be missing later.
  LoopWaiter();
  LoopWaiter(const LoopWaiter&) = delete;
  LoopWaiter& operator=(const LoopWaiter&) = delete;

  // Returns ResourceExhausted if the process could not have the descriptors or the thread. Then no
  // other function may be called.
  absl::Status status() const;

  // As in Poller.
  bool Add(int descriptor, Poller::Watch watch, uint64_t key);
  void Wake();

  // Null until it is set, which can be done once.
  CompletionSource* completion_source() const { return source_.get(); }
  void set_completion_source(std::unique_ptr<CompletionSource> source);

  // Waits until a descriptor is ready, the completion source had completions, Wake is called, or
  // `deadline`, a value of MonotonicNow, has come. Replaces `*ready` with the descriptors that are
  // ready.
  void Wait(absl::Time deadline, std::vector<Poller::Ready>* ready);

 private:
  void WaitInSource(absl::Time deadline);

  Poller poller_;
  std::unique_ptr<CompletionSource> source_;
  std::atomic<CompletionSource*> to_interrupt_{nullptr};  // source_, for the WakeupThread
  std::unique_ptr<WakeupThread> wakeup_thread_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_LOOP_WAITER_H_
