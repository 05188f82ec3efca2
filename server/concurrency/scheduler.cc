// Three things are due on a scheduler's thread: fibers that other threads have posted, fibers that
// have yielded, which are posted too, and timers. Add and Post wake the thread only if it sleeps
// past the new entry; sleeps_until_ says how long it sleeps, and the first wake resets it, so that
// a burst of posts costs one wake. RunDue takes everything that is due with one lock and resumes it
// without the lock. What becomes due meanwhile is left for the next RunDue, so that fibers that
// yield in turn cannot keep the loop from its sockets.

#include "trestle/server/concurrency/scheduler.h"

#include "trestle/server/concurrency/clock.h"

namespace trestle {

Scheduler::Scheduler(const SchedulerOptions& options, std::function<void()> wake)
    : options_(options), wake_(std::move(wake)) {}

Scheduler::~Scheduler() {
  std::unique_lock<std::mutex> lock(mutex_);
  all_idle_.wait(lock, [this] { return working_ == 0; });
  for (Fiber* fiber : idle_) DeleteFiber(fiber);
}

bool Scheduler::Start(std::function<void()> work) {
  Fiber* const fiber = TakeIdle();
  if (fiber == nullptr) return false;
  SetWork(fiber, std::move(work));
  Resume(fiber);
  return true;
}

Scheduler::Fibers Scheduler::fibers() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return {working_, idle_.size()};
}

Fiber* Scheduler::TakeIdle() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    ++working_;
    if (!idle_.empty()) {
      // The stack used last is the most likely to be in the cache.
      Fiber* const fiber = idle_.back();
      idle_.pop_back();
      return fiber;
    }
  }
  Fiber* const fiber = NewFiber(this, options_.stack_size);
  if (fiber != nullptr) return fiber;
  std::lock_guard<std::mutex> lock(mutex_);
  --working_;
  return nullptr;
}

void Scheduler::Recycle(Fiber* fiber) {
  std::unique_lock<std::mutex> lock(mutex_);
  if (idle_.size() >= options_.kept_fibers) {
    lock.unlock();
    DeleteFiber(fiber);
    lock.lock();
  } else {
    idle_.push_back(fiber);
  }
  // Notified under the lock: once it is released the scheduler may be destroyed.
  if (--working_ == 0) all_idle_.notify_all();
}

void Scheduler::WakeBefore(absl::Time when) {
  if (sleeps_until_ <= when) return;
  sleeps_until_ = absl::InfinitePast();
  wake_();
}

void Scheduler::Add(Timer* timer) {
  std::lock_guard<std::mutex> lock(mutex_);
  timers_.insert({timer->when, timer});
  WakeBefore(timer->when);
}

void Scheduler::Cancel(Timer* timer) {
  std::lock_guard<std::mutex> lock(mutex_);
  timers_.erase({timer->when, timer});
}

void Scheduler::Post(Fiber* fiber) {
  std::lock_guard<std::mutex> lock(mutex_);
  posted_.Append(fiber);
  WakeBefore(absl::InfinitePast());
}

FiberQueue Scheduler::TakeDue() {
  std::lock_guard<std::mutex> lock(mutex_);
  sleeps_until_ = absl::InfinitePast();
  FiberQueue due = std::exchange(posted_, FiberQueue());
  if (timers_.empty()) return due;
  const absl::Time now = MonotonicNow();
  while (!timers_.empty() && timers_.begin()->first <= now) {
    Timer* const timer = timers_.begin()->second;
    timers_.erase(timers_.begin());
    if (Fiber* fiber = timer->expire(timer)) due.Append(fiber);
  }
  return due;
}

void Scheduler::RunDue() {
  FiberQueue due = TakeDue();
  while (!due.empty()) Resume(due.TakeFirst());
}

absl::Time Scheduler::NextDeadline() {
  std::lock_guard<std::mutex> lock(mutex_);
  if (!posted_.empty()) return absl::InfinitePast();
  sleeps_until_ = timers_.empty() ? absl::InfiniteFuture() : timers_.begin()->first;
  return sleeps_until_;
}

}  // namespace trestle
