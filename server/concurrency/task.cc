#include "trestle/server/concurrency/task.h"

#include <system_error>
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
  bool is_joined = false;
  Thread thread;  // unless the work is on a fiber

  void Run() {
    work();
    work = nullptr;  // releases what it holds before Join returns
    done.Notify();
  }
};

Task::Task(std::function<void()> work) : state_(std::make_shared<State>()) {
  state_->work = std::move(work);
  const auto run = [state = state_] { state->Run(); };
  Fiber* const fiber = CurrentFiber();
  if (fiber != nullptr && SchedulerOf(fiber)->Start(run)) return;
  absl::StatusOr<Thread> thread = Thread::Start(run);
  if (!thread.ok()) {
    state_->is_joined = true;
    throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again));
  }
  state_->thread = *std::move(thread);
}

Task::~Task() { Join(); }

void Task::Join() {
  if (std::exchange(state_->is_joined, true)) return;
  state_->done.Wait();
  state_->thread.Join();
}

}  // namespace trestle
