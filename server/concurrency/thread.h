// Threads whose stacks do not depend on `ulimit -s`, and whose start can fail with a status.

#ifndef TRESTLE_SERVER_CONCURRENCY_THREAD_H_
#define TRESTLE_SERVER_CONCURRENCY_THREAD_H_

#include <pthread.h>

#include <cstddef>
#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace trestle {

// A thread, or nothing. The stack has 8 MiB, of which only touched pages cost memory. Not
// thread-safe.
class Thread {
 public:
  // Starts a thread that calls `run`, which must not throw. Fails with ResourceExhausted and the
  // system's reason if the process can have no more threads.
  static absl::StatusOr<Thread> Start(std::function<void()> run);

  Thread() = default;  // nothing
  ~Thread() { Join(); }
  Thread(Thread&& other) noexcept;
  Thread& operator=(Thread&& other) noexcept;  // joins the old thread first

  pthread_t handle() const { return thread_; }  // valid until the thread is joined
  // Waits until `run` has returned. Does nothing without a thread.
  void Join();
  // Leaves the thread running. Everything that `run` uses must outlive it.
  void Detach();

 private:
  bool is_joinable_ = false;
  pthread_t thread_{};
};

// Checks that the process can have `count` more threads, by starting and joining that many. Fails
// with ResourceExhausted, the reason and the limits to raise: libraries that cannot start a thread
// hang or end the process.
absl::Status CheckThreads(size_t count);

// Gives the threads that other libraries start from now on at least such a stack. The system's
// default is `ulimit -s`, which may be too small. To be called at the start of a program.
void EnsureThreadStacks();

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_THREAD_H_
