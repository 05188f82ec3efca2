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
  for (std::thread& thread : threads_) thread.join();
}

bool WorkerPool::Submit(std::function<void()> job) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    const bool starts_one = queue_.size() >= idle_ && threads_.size() < max_threads_;
    if (!starts_one && queue_.size() >= max_queued_ + idle_) return false;
    queue_.push_back(std::move(job));
    if (starts_one) threads_.emplace_back([this] { Work(); });
  }
  changed_.notify_one();
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
