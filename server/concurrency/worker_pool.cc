// All state is under one lock. idle_ counts the threads that wait for a job, including those that
// have been notified and have not yet taken theirs. So a new job has a thread to itself as long as
// fewer jobs are queued than threads are idle; otherwise Submit starts a thread. The queue's bound
// applies to the jobs beyond the idle threads. Threads never end before the pool does.

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
    const bool needs_thread = queue_.size() >= idle_ && threads_.size() < max_threads_;
    const bool has_started = needs_thread && StartThread();
    // If no thread could be started, the existing ones get to the job in turn.
    if (threads_.empty()) return false;
    if (!has_started && queue_.size() >= max_queued_ + idle_) return false;
    queue_.push_back(std::move(job));
  }
  changed_.notify_one();
  return true;
}

// Called with the lock held. The new thread waits for it.
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
    job = nullptr;  // releases what it holds without the lock
    lock.lock();
  }
}

}  // namespace trestle
