// Work beside other work: the second half of a call that streams both ways.

#ifndef TRESTLE_SERVER_CONCURRENCY_TASK_H_
#define TRESTLE_SERVER_CONCURRENCY_TASK_H_

#include <functional>
#include <memory>

namespace trestle {

// Runs `work` beside the one who made it: on a fiber of its own if that is a fiber, else on
// a thread of its own. `work` does not throw.
class Task {
 public:
  // Throws std::system_error when the process can have no more threads.
  explicit Task(std::function<void()> work);
  ~Task();  // joins
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;

  // Returns once `work` has ended.
  void Join();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_TASK_H_
