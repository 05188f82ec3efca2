// Parks, resumes and makes fibers: for this folder alone.

#ifndef TRESTLE_SERVER_CONCURRENCY_FIBER_CONTROL_H_
#define TRESTLE_SERVER_CONCURRENCY_FIBER_CONTROL_H_

#include <cstddef>
#include <functional>

namespace trestle {

class Fiber;
class Scheduler;

// ---- for classes that wait: Event, Task, Cancellation, RunBlocking

// Suspends the current fiber, which is not null. `on_parked` then runs on the stack of the thread,
// once the fiber is completely suspended. It returns true to leave the fiber parked until Resume,
// and false to let it continue at once. Resume may be called as soon as `on_parked` has made that
// possible: the fiber may then run on another thread, so `on_parked` must not touch the fiber or
// its stack afterwards.
//
// After this, everything that is kept in a thread_local, errno included, may be another thread's.
void Park(bool (*on_parked)(void* argument), void* argument);

// Lets `fiber`, which is parked, continue. May be called from any thread. A thread that runs fibers
// (FiberRunner) runs it at once, or after its current fiber if there is one; on any other thread
// the fiber is posted to its scheduler.
void Resume(Fiber* fiber);

// Returns the scheduler that started `fiber`.
Scheduler* SchedulerOf(const Fiber* fiber);

// Delays what this thread resumes until the end of its scope: for code that resumes fibers under a
// lock which they may need.
class DeferResumes {
 public:
  DeferResumes();
  ~DeferResumes();
  DeferResumes(const DeferResumes&) = delete;
  DeferResumes& operator=(const DeferResumes&) = delete;

 private:
  const bool is_outermost_;
};

// ---- for the scheduler, which makes fibers, gives them work and deletes them

// Fibers in the order in which they were appended.
class FiberQueue {
 public:
  bool empty() const { return first_ == nullptr; }
  void Append(Fiber* fiber);
  Fiber* TakeFirst();

 private:
  Fiber* first_ = nullptr;
  Fiber* last_ = nullptr;
};

// Returns a parked fiber without work, or null if there is no memory for its stack.
Fiber* NewFiber(Scheduler* scheduler, size_t stack_size);
// Sets the work of a parked fiber. Resume then runs `work`, and after it the scheduler's Recycle.
void SetWork(Fiber* fiber, std::function<void()> work);
// Deletes a fiber that is parked without work. To be called on a thread's own stack.
void DeleteFiber(Fiber* fiber);

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_FIBER_CONTROL_H_
