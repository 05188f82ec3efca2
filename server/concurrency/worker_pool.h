// A bounded number of threads with a bounded queue of jobs.

#ifndef TRESTLE_SERVER_CONCURRENCY_WORKER_POOL_H_
#define TRESTLE_SERVER_CONCURRENCY_WORKER_POOL_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

#include "trestle/server/concurrency/thread.h"

namespace trestle {

// Starts a thread when there is a job and no thread is idle. Thread-safe.
class WorkerPool {
 public:
  WorkerPool(size_t max_threads, size_t max_queued);
  // Runs the jobs that are queued, then joins the threads.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Runs `job` on one of the threads. Returns false and drops `job` if `max_queued` jobs are
  // waiting for a thread already, or if there is no thread and none can be started.
  bool Submit(std::function<void()> job);

 private:
  bool StartThread();
  void Work();

  const size_t max_threads_;
  const size_t max_queued_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;
  size_t idle_ = 0;
  bool stopping_ = false;
  std::vector<Thread> threads_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_WORKER_POOL_H_
