#include "trestle/server/concurrency/task.h"

#include <thread>
#include <utility>

#include "trestle/server/concurrency/event.h"
#include "trestle/server/concurrency/fiber.h"
#include "trestle/server/concurrency/scheduler.h"

namespace trestle {

struct Task::State {
  std::function<void()> work;
  Event done;
  bool is_joined = false;
  std::thread thread;  // when it is on one

  void Run() {
    work();
    work = nullptr;  // what it holds is gone when Join returns
    done.Notify();
  }
};

Task::Task(std::function<void()> work) : state_(std::make_shared<State>()) {
  state_->work = std::move(work);
  const auto run = [state = state_] { state->Run(); };
  Fiber* const fiber = CurrentFiber();
  if (fiber != nullptr && SchedulerOf(fiber)->Start(run)) return;
  state_->thread = std::thread(run);
}

Task::~Task() { Join(); }

void Task::Join() {
  if (std::exchange(state_->is_joined, true)) return;
  state_->done.Wait();
  if (state_->thread.joinable()) state_->thread.join();
}

}  // namespace trestle
