// Runs work concurrently with its caller: the second half of a bidirectional stream.

#ifndef TRESTLE_SERVER_CONCURRENCY_TASK_H_
#define TRESTLE_SERVER_CONCURRENCY_TASK_H_

#include <functional>
#include <memory>

namespace trestle {

// Runs `work` on a new fiber if the constructor is called on a fiber, else on a new thread. `work`
// must not throw.
class Task {
 public:
  // Throws std::system_error if the process can have no more threads.
  explicit Task(std::function<void()> work);
  // Calls Join.
  ~Task();
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;

  // Waits until `work` has ended and everything it holds has been released.
  void Join();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_TASK_H_
