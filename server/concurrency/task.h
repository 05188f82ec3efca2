// Runs work concurrently with its caller: the second half of a bidirectional stream.

#ifndef TRESTLE_SERVER_CONCURRENCY_TASK_H_
#define TRESTLE_SERVER_CONCURRENCY_TASK_H_

#include <functional>
#include <memory>

#include "absl/status/statusor.h"

namespace trestle {

// Work that runs concurrently with its starter. A default-constructed task has none.
class Task {
 public:
  // Runs `work`, which must not throw, on a new fiber if the caller is a fiber, otherwise on a new
  // thread. Fails with ResourceExhausted if the system refuses the thread.
  static absl::StatusOr<Task> Start(std::function<void()> work);

  Task() = default;
  ~Task();  // calls Join
  Task(Task&& other) noexcept = default;
  Task& operator=(Task&& other) noexcept;  // calls Join first

  // Waits until the work has ended and everything it holds has been released.
  void Join();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_TASK_H_
