// A stack of its own for work that waits without holding a thread: a stackful fiber.
//
// Only this folder knows of fibers. Everybody else waits on an Event, and starts what a
// Scheduler runs.

#ifndef TRESTLE_SERVER_CONCURRENCY_FIBER_H_
#define TRESTLE_SERVER_CONCURRENCY_FIBER_H_

#include <cstddef>
#include <functional>

#include "absl/functional/function_ref.h"

namespace trestle {

class Fiber;
class Scheduler;

// The fiber that this code runs on, or null on a thread's own stack.
Fiber* CurrentFiber();

// Leaves the current fiber, which is not null. `on_parked` then runs on the stack of the thread,
// when the fiber is suspended wholly, and says whether the fiber is left parked: somebody will
// call Resume, or has done so already, wherefore `on_parked` must not touch the fiber or its
// stack after it has made that possible. If it says no the fiber goes on at once.
//
// Whatever is kept in a thread_local, errno included, is another thread's after this.
void Park(bool (*on_parked)(void* argument), void* argument);

// Has `fiber`, which is parked, go on. From any thread: one that runs fibers (FiberRunner) does
// so itself, at once if it is on its own stack; else the fiber's scheduler does.
void Resume(Fiber* fiber);

// Lets all others that are due go first. Does nothing on a thread's own stack: the system sees
// to threads.
void Yield();

// Lets whatever has come to this thread already be taken in first: so that it can be dealt with
// together. Does nothing on a thread's own stack.
void LetArrive();

// Calls `work` on the stack of the thread, so that what goes deep does not make this one large.
// `work` must not wait. On a thread's own stack it is just called.
void RunOnThreadStack(absl::FunctionRef<void()> work);

// The scheduler that started `fiber`.
Scheduler* SchedulerOf(const Fiber* fiber);

// While it lives, this thread runs the fibers that it resumes. It calls RunLeft whenever nothing
// more has come to it that it could do without waiting.
class FiberRunner {
 public:
  FiberRunner();
  ~FiberRunner();
  // Whether fibers let something arrive, and what has them go on.
  bool HasLeft() const;
  void RunLeft();
  FiberRunner(const FiberRunner&) = delete;
  FiberRunner& operator=(const FiberRunner&) = delete;
};

// While it lives, what this thread is asked to resume waits: for code that may do so with a
// lock held, which the fiber may want.
class DeferResumes {
 public:
  DeferResumes();
  ~DeferResumes();
  DeferResumes(const DeferResumes&) = delete;
  DeferResumes& operator=(const DeferResumes&) = delete;

 private:
  const bool is_outermost_;
};

// Fibers in the order that they were appended. For the scheduler.
class FiberQueue {
 public:
  bool empty() const { return first_ == nullptr; }
  void Append(Fiber* fiber);
  Fiber* TakeFirst();

 private:
  Fiber* first_ = nullptr;
  Fiber* last_ = nullptr;
};

// ---- for the scheduler, which makes fibers, gives them work and ends them

// A parked fiber without work; null when there is no memory for its stack.
Fiber* NewFiber(Scheduler* scheduler, size_t stack_size);
// To be called while it is parked; Resume then runs `work`, and at its end the scheduler's
// Recycle.
void SetWork(Fiber* fiber, std::function<void()> work);
// Ends a fiber that is parked without work. On a thread's own stack.
void DeleteFiber(Fiber* fiber);

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_FIBER_H_
