// Makes fibers, keeps them for the next work, and resumes those that are due.

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
#include "trestle/server/concurrency/fiber_control.h"

namespace trestle {

class WorkerPool;

struct SchedulerOptions {
  size_t stack_size = size_t{256} << 10;  // of each fiber; only touched pages cost memory
  size_t kept_fibers = 256;               // without work; fibers above that number are deleted
  // The threads that run blocking work (blocking.h); null if there is none. Not owned.
  WorkerPool* blocking = nullptr;
};

struct Timer {
  absl::Time when;  // a value of MonotonicNow (clock.h)
  // Called once, by the thread of the scheduler, with the scheduler locked. Must be short and must
  // not wait. Returns a fiber to resume, or null.
  Fiber* (*expire)(Timer* timer) = nullptr;
};

// Lets this thread run the fibers that it resumes, as long as it exists.
class FiberRunner {
 public:
  FiberRunner();
  ~FiberRunner();
  FiberRunner(const FiberRunner&) = delete;
  FiberRunner& operator=(const FiberRunner&) = delete;
};

// Belongs to one thread, which has a FiberRunner and calls RunDue repeatedly: whenever it has been
// woken, and when the next deadline has come.
class Scheduler {
 public:
  // `wake` makes the thread call RunDue soon. The scheduler calls it from any thread.
  Scheduler(const SchedulerOptions& options, std::function<void()> wake);
  // Waits for the fibers that have work, which must be about to end.
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  // ---- may be called from any thread

  // Runs `work` on a fiber. On a thread that runs fibers it runs at once, until it first waits.
  // Returns false if there is no memory for a stack. `work` must not throw.
  bool Start(std::function<void()> work);

  // Lets `timer` expire when its time has come, unless it is cancelled before.
  void Add(Timer* timer);
  // After this, `timer` is not touched any more.
  void Cancel(Timer* timer);

  // The fibers that exist: with work, and kept without it.
  struct Fibers {
    size_t working;
    size_t idle;
  };
  Fibers fibers() const;

  WorkerPool* blocking() const { return options_.blocking; }

  // ---- called by the thread that the scheduler belongs to

  // Resumes the fibers that were posted and those whose deadline has come.
  void RunDue();
  // Returns when RunDue must be called next at the latest. Until that call, anything that is due
  // earlier wakes the thread.
  absl::Time NextDeadline();

  // ---- called by fiber.cc

  // Lets the thread resume `fiber`.
  void Post(Fiber* fiber);
  // Keeps or deletes `fiber`, whose work has ended.
  void Recycle(Fiber* fiber);

 private:
  Fiber* TakeIdle();
  FiberQueue TakeDue();
  // Wakes the thread, once, if it would sleep past `when`. Called with the scheduler locked.
  void WakeBefore(absl::Time when);

  const SchedulerOptions options_;
  const std::function<void()> wake_;

  mutable std::mutex mutex_;
  std::condition_variable all_idle_;
  std::vector<Fiber*> idle_;
  size_t working_ = 0;
  FiberQueue posted_;
  absl::btree_set<std::pair<absl::Time, Timer*>> timers_;
  // The thread sleeps until then; InfinitePast while it is awake.
  absl::Time sleeps_until_ = absl::InfinitePast();
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_SCHEDULER_H_
