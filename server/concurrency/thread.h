// Threads whose stacks do not depend on `ulimit -s`, and whose start may fail.

#ifndef TRESTLE_SERVER_CONCURRENCY_THREAD_H_
#define TRESTLE_SERVER_CONCURRENCY_THREAD_H_

#include <pthread.h>

#include <cstddef>
#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace trestle {

// A thread, or none. Its stack has 8 MiB, of which only touched pages cost memory. For one thread
// at a time.
class Thread {
 public:
  // Starts a thread that runs `run`, which must not throw. ResourceExhausted, with the system's
  // reason, when the process can have no more threads.
  static absl::StatusOr<Thread> Start(std::function<void()> run);

  Thread() = default;  // none
  ~Thread() { Join(); }
  Thread(Thread&& other) noexcept;
  Thread& operator=(Thread&& other) noexcept;  // joins the thread that this was

  pthread_t handle() const { return thread_; }  // of a thread that has not been joined
  // Waits for the end of `run`. Does nothing without a thread.
  void Join();
  // Lets `run` go on by itself: what it uses must live as long.
  void Detach();

 private:
  bool is_joinable_ = false;
  pthread_t thread_{};
};

// Checks that the process can have `count` more threads, by starting so many and joining them.
// ResourceExhausted, with the reason and the limits to raise, when it cannot: libraries that cannot
// start a thread hang or end the process.
absl::Status CheckThreads(size_t count);

// Gives all threads that other libraries start from now on such a stack at least. The system's
// default is `ulimit -s`, which may be too little. Call it at the start of a program.
void EnsureThreadStacks();

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_THREAD_H_
