// A bounded number of threads and a bounded queue of work for them.

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

// Thread-safe. A thread is started when there is work and none is idle.
class WorkerPool {
 public:
  WorkerPool(size_t max_threads, size_t max_queued);
  // Runs what is queued, then ends the threads.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Has `job` run by one of the threads. False, and `job` is dropped, when `max_queued` jobs
  // wait for a thread already, or when there is no thread and the system gives none.
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
