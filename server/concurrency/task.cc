#include "trestle/server/concurrency/task.h"

#include <utility>

#include "trestle/server/concurrency/event.h"
#include "trestle/server/concurrency/fiber.h"
#include "trestle/server/concurrency/fiber_control.h"
#include "trestle/server/concurrency/scheduler.h"
#include "trestle/server/concurrency/thread.h"

namespace trestle {

struct Task::State {
  std::function<void()> work;
  Event done;
  Thread thread;  // unless the work is on a fiber

  void Run() {
    work();
    work = nullptr;  // releases what it holds before Join returns
    done.Notify();
  }
};

absl::StatusOr<Task> Task::Start(std::function<void()> work) {
  Task task;
  task.state_ = std::make_shared<State>();
  task.state_->work = std::move(work);
  const auto run = [state = task.state_] { state->Run(); };
  Fiber* const fiber = CurrentFiber();
  if (fiber != nullptr && SchedulerOf(fiber)->Start(run)) return task;
  absl::StatusOr<Thread> thread = Thread::Start(run);
  if (!thread.ok()) {
    task.state_ = nullptr;
    return thread.status();
  }
  task.state_->thread = *std::move(thread);
  return task;
}

Task::~Task() { Join(); }

Task& Task::operator=(Task&& other) noexcept {
  Join();
  state_ = std::move(other.state_);
  return *this;
}

void Task::Join() {
  if (state_ == nullptr) return;
  state_->done.Wait();
  state_->thread.Join();
  state_ = nullptr;
}

}  // namespace trestle
