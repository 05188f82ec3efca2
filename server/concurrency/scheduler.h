// Where fibers come from and go back to, and what wakes those that nobody else does.

#ifndef TRESTLE_SERVER_CONCURRENCY_SCHEDULER_H_
#define TRESTLE_SERVER_CONCURRENCY_SCHEDULER_H_

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/time/time.h"
#include "trestle/server/concurrency/fiber.h"

namespace trestle {

class WorkerPool;

struct SchedulerOptions {
  size_t stack_size = size_t{256} << 10;  // of each fiber; only what it touches costs memory
  size_t kept_fibers = 256;               // that wait for work; more of them are freed
  // Whose threads do what blocks (blocking.h); null when nothing does. Not owned.
  WorkerPool* blocking = nullptr;
};

// Something that happens at a time.
struct Timer {
  absl::Time when;  // by MonotonicNow (clock.h)
  // Called once, by the thread of the scheduler, with the scheduler locked: does little, and
  // returns a fiber to resume, or null.
  Fiber* (*expire)(Timer* timer) = nullptr;
};

// Belongs to one thread, which calls RunDue over and over: whenever it has been woken and
// when the next deadline has come. It must run fibers (FiberRunner). All else is for any
// thread.
class Scheduler {
 public:
  // `wake` makes the thread call RunDue soon; it may be called from any thread.
  Scheduler(const SchedulerOptions& options, std::function<void()> wake);
  ~Scheduler();  // waits for the fibers that still work, which must be about to end
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  // Runs `work` on a fiber, as Resume does: on a thread that runs fibers at once, up to where
  // it first waits. False when there is no memory for a stack. `work` does not throw.
  bool Start(std::function<void()> work);

  // Has `timer` expire when its time has come, unless it is cancelled before.
  void Add(Timer* timer);
  // When this returns, `timer` will not be touched any more.
  void Cancel(Timer* timer);

  WorkerPool* blocking() const { return options_.blocking; }

  // ---- the thread that this belongs to

  // Resumes the fibers that were posted and those whose time has come.
  void RunDue();
  // When RunDue is to be called again at the latest. From now on until that call, what comes
  // earlier wakes the thread.
  absl::Time NextDeadline();

  // ---- for fiber.cc

  // Has the thread resume `fiber`.
  void Post(Fiber* fiber);
  // `fiber` has no work any more.
  void Recycle(Fiber* fiber);

 private:
  Fiber* TakeIdle();
  FiberQueue TakeDue();
  // Wakes the thread, once, if it sleeps longer. With the scheduler locked.
  void WakeBefore(absl::Time when);

  const SchedulerOptions options_;
  const std::function<void()> wake_;

  std::mutex mutex_;
  std::condition_variable all_idle_;
  std::vector<Fiber*> idle_;
  size_t working_ = 0;
  FiberQueue posted_;
  absl::btree_set<std::pair<absl::Time, Timer*>> timers_;
  // Before this the thread will not look by itself; in the past while it is awake.
  absl::Time sleeps_until_ = absl::InfinitePast();
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_SCHEDULER_H_
