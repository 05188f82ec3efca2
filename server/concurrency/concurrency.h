// What a request runs on while it is worked on.

#ifndef TRESTLE_SERVER_CONCURRENCY_CONCURRENCY_H_
#define TRESTLE_SERVER_CONCURRENCY_CONCURRENCY_H_

namespace trestle {

enum class Concurrency {
  // A stack of its own: what waits costs memory, no thread. Handlers and layers that block
  // their thread, or compute for long, do that by RunBlocking (blocking.h).
  kFibers,
  // A thread of a pool: for programs whose handlers block wherever they like.
  kThreads,
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_CONCURRENCY_H_
