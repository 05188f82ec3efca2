// Threads whose stacks do not depend on `ulimit -s`, and whose start may fail.

#ifndef TRESTLE_SERVER_CONCURRENCY_THREAD_H_
#define TRESTLE_SERVER_CONCURRENCY_THREAD_H_

#include <pthread.h>

#include <functional>

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

 private:
  bool is_joinable_ = false;
  pthread_t thread_{};
};

// Gives all threads that other libraries start from now on such a stack at least. The system's
// default is `ulimit -s`, which may be too little. Call it at the start of a program.
void EnsureThreadStacks();

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_THREAD_H_
