// The functions for code that may run on a fiber. On a thread without fibers they do what the
// same code expects there.
//
// Code outside this folder waits on an Event (event.h). What parks and resumes fibers is in
// fiber_control.h, for this folder alone.

#ifndef TRESTLE_SERVER_CONCURRENCY_FIBER_H_
#define TRESTLE_SERVER_CONCURRENCY_FIBER_H_

#include "absl/functional/function_ref.h"

namespace trestle {

class Fiber;

// Returns the fiber that this code runs on, or null on a thread's own stack.
Fiber* CurrentFiber();

// Lets the loop take the completions that have arrived, and the other fibers that are due run,
// before the caller continues. Does nothing on a thread's own stack, since the kernel shares out
// the processors among threads. Not under a lock.
void Yield();

// Calls `work` on the stack of the thread, so that deep calls do not enlarge the fiber's stack.
// `work` must not wait. On a thread's own stack it is simply called.
void RunOnThreadStack(absl::FunctionRef<void()> work);

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_FIBER_H_
