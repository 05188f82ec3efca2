#include "trestle/server/concurrency/worker_pool.h"

#include <utility>

namespace trestle {

WorkerPool::WorkerPool(size_t max_threads, size_t max_queued)
    : max_threads_(max_threads), max_queued_(max_queued) {}

WorkerPool::~WorkerPool() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (Thread& thread : threads_) thread.Join();
}

bool WorkerPool::Submit(std::function<void()> job) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    const bool wants_one = queue_.size() >= idle_ && threads_.size() < max_threads_;
    const bool starts_one = wants_one && StartThread();
    // Where the system gives no more threads, those that run take the job in turn.
    if (threads_.empty()) return false;
    if (!starts_one && queue_.size() >= max_queued_ + idle_) return false;
    queue_.push_back(std::move(job));
  }
  changed_.notify_one();
  return true;
}

// With the lock held, which the thread waits for.
bool WorkerPool::StartThread() {
  absl::StatusOr<Thread> thread = Thread::Start([this] { Work(); });
  if (!thread.ok()) return false;
  threads_.push_back(*std::move(thread));
  return true;
}

void WorkerPool::Work() {
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    ++idle_;
    changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    --idle_;
    if (queue_.empty()) return;
    std::function<void()> job = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    job();
    job = nullptr;  // what it holds is released before the lock is taken
    lock.lock();
  }
}

}  // namespace trestle
