// Runs code that blocks its thread.

#ifndef TRESTLE_SERVER_CONCURRENCY_BLOCKING_H_
#define TRESTLE_SERVER_CONCURRENCY_BLOCKING_H_

#include <functional>

namespace trestle {

// Runs `work` where it may block, and waits for its end: a database query, a name look-up, a
// computation of more than a millisecond. On a fiber, where it would delay all requests that share
// the thread, `work` runs on a thread of a pool. The pool has ServerOptions::blocking_threads
// threads and queues what exceeds them. On a thread without fibers `work` is simply called.
// Rethrows an exception that `work` throws.
void RunBlocking(const std::function<void()>& work);

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_BLOCKING_H_
