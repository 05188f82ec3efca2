// How a request runs: fibers, the events they wait on, and the loops that run them.
//
// This is the page to read first; then event.h, fiber.h, scheduler.h, loop_waiter.h and
// server/http/connection_loop.h.
//
// A fiber is a function that runs on its own stack. It runs on the thread that resumes it, until
// it waits. Then the thread switches back to its own stack, in some 20 instructions, and does
// something else. Nothing preempts a fiber, and any thread may resume it.
//
//        server/http, server/gateway, server/grpc, handlers
//          |  Wait                                    ^  ^  ^
//   3    Event     Task, Cancellation, RunBlocking    |  |  |  Notify
//          |  Park                 ^  Resume          |  |  |
//   2    Fiber <--------------> Scheduler  (timers, parked fibers to resume, fibers without work)
//          |  switches                                |  |  |
//   1    Stack, StackSwitch (stacks and Boost.Context)|  |  |
//                                                     |  |  |
//   4    LoopWaiter:     Poller (client sockets)  ----+  |  |
//                        CompletionSource (gRPC)  -------+  |
//                        WakeupThread                       |
//        other threads                            ----------+
//
// Who may block. Code on a fiber waits on an Event and calls RunBlocking for everything else that
// blocks. It holds no lock across a wait and keeps no address of a thread_local, errno included.
// Code that runs under a lock or on the thread's stack must not wait at all: hooks of a
// Cancellation, Timer::expire, `on_parked` of Park, and the work of RunOnThreadStack. On a thread
// without fibers (Concurrency::kThreads, tests, a program's own server) the same code sleeps.
//
// An Event has one of five states. It has one waiter at a time, and any number of notifiers.
//
//   state     | Wait                         | Notify                  | deadline
//   nothing   | -> fiber, if it parks        | -> notified             |
//             | -> sleeping, if it sleeps    |                         |
//   notified  | -> nothing; returns true     | stays                   | stays
//   fiber     | (the waiter's address)       | -> notified; resumes it | -> timed out; resumes it
//   sleeping  | (a thread, on a futex)       | -> notified; wakes it   | the waiter wakes by itself
//   timed out | the waiter is on its way out | -> notified             |
//
// A waiter that comes out exchanges the state for nothing. It returns true if that was notified.
//
// A connection (server/http/connection.h) is idle, or has a job on a fiber, or is closed:
//
//   idle          -> busy, with more   the socket became readable; a job starts
//   busy          -> busy, with more   the same; the job is notified
//   busy, more    -> busy              the job receives
//   busy          -> idle              the job found nothing to receive and ends
//   idle          -> closed            idle timeout, drain; a job never starts again
//
// Where a loop sleeps. A thread can sleep in one place only: in epoll, at its clients' sockets,
// or in gRPC's completion queue. While it has no call in progress it sleeps in epoll. With one it
// sleeps in the completion queue, so that the response to the call, the most frequent event, wakes
// it without another thread; a WakeupThread then watches the epoll descriptor and interrupts the
// sleep.
//
// A unary call parks and comes back:
//
//   1. Bytes arrive. LoopWaiter::Wait returns, and ConnectionLoop::OnReady finds the connection
//      idle. Scheduler::Start gives the job to a fiber and resumes it: it runs at once.
//   2. The fiber reads the head and calls the handler, which starts a call on the loop's completion
//      queue and waits on the Event of the call's tag. The Event adds its deadline to the
//      scheduler's timers and parks the fiber. The thread is back on its own stack when the
//      fiber's address goes into the Event: not before, since any thread may resume it from then
//      on.
//   3. The loop serves other sockets. When nothing is left it sleeps in the completion queue.
//   4. gRPC completes the tag, on the loop's thread. Notify finds the fiber and resumes it: it runs
//      at once, cancels its timer and returns from Wait.
//   5. The fiber sends the response. It finds nothing more to receive, so that the connection
//      becomes idle, and its scheduler keeps the fiber for the next job.
//
// No other thread was woken, and nothing went through a queue.

#ifndef TRESTLE_SERVER_CONCURRENCY_CONCURRENCY_H_
#define TRESTLE_SERVER_CONCURRENCY_CONCURRENCY_H_

namespace trestle {

// What requests run on.
enum class Concurrency {
  // Fibers: a waiting request costs memory, not a thread. Handlers and middleware that block their
  // thread, or compute for long, do so in RunBlocking (blocking.h).
  kFibers,
  // Threads of a pool: for programs whose handlers block anywhere.
  kThreads,
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_CONCURRENCY_H_
