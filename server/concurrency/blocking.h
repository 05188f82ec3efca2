// The way out for code that blocks its thread, as much of the world's does.

#ifndef TRESTLE_SERVER_CONCURRENCY_BLOCKING_H_
#define TRESTLE_SERVER_CONCURRENCY_BLOCKING_H_

#include <functional>

namespace trestle {

// Runs `work` where it may block, to its end: a query to a database, a look-up of a name, a
// computation of more than a millisecond. A handler or a layer of a server that runs requests
// on fibers would otherwise hold up all that share its thread; the pool that takes it has
// ServerOptions::blocking_threads, and lets work wait while they are all taken. Anywhere else
// `work` runs right here. An exception passes through.
void RunBlocking(const std::function<void()>& work);

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_BLOCKING_H_
