// Where gRPC tells that operations have ended: completion queues.

#ifndef TRESTLE_SERVER_GRPC_QUEUE_H_
#define TRESTLE_SERVER_GRPC_QUEUE_H_

#include <grpcpp/alarm.h>
#include <grpcpp/completion_queue.h>

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "absl/time/time.h"
#include "trestle/server/concurrency/companion.h"
#include "trestle/server/concurrency/event.h"

#ifdef __SANITIZE_THREAD__
#include <sanitizer/tsan_interface.h>
#endif

namespace trestle {

// What a completion queue hands back. One operation at a time.
class Tag {
 public:
  // What gRPC is given for it, once for each operation. That gRPC has it hand over what was
  // written before to the thread of the queue, ThreadSanitizer does not see by itself.
  void* ToGrpc() {
#ifdef __SANITIZE_THREAD__
    __tsan_release(this);
#endif
    return this;
  }
  // Returns whether the operation succeeded, and is ready for the next one.
  bool Wait() {
    done_.Wait();
    return ok_;
  }
  // Whether the operation is over by `deadline`; then ok() tells whether it succeeded.
  bool WaitUntil(absl::Time deadline) { return done_.WaitUntil(deadline); }
  bool ok() const { return ok_; }

  void Complete(bool ok) {
#ifdef __SANITIZE_THREAD__
    __tsan_acquire(this);
#endif
    ok_ = ok;
    done_.Notify();
  }

 private:
  Event done_;
  bool ok_ = false;
};

// A completion queue, whose tags are Tags. Thread-safe, but for emptying it.
class GrpcQueue {
 public:
  // While it lives, the queue may have operations in progress.
  class Expectation {
   public:
    explicit Expectation(GrpcQueue* queue) : queue_(*queue) {
      queue_.expected_.fetch_add(1, std::memory_order_relaxed);
    }
    ~Expectation() { queue_.expected_.fetch_sub(1, std::memory_order_relaxed); }
    Expectation(const Expectation&) = delete;
    Expectation& operator=(const Expectation&) = delete;

   private:
    GrpcQueue& queue_;
  };

  GrpcQueue() = default;
  GrpcQueue(const GrpcQueue&) = delete;
  GrpcQueue& operator=(const GrpcQueue&) = delete;

  grpc::CompletionQueue* grpc() { return &queue_; }
  bool has_expectations() const { return expected_.load(std::memory_order_relaxed) > 0; }

 private:
  grpc::CompletionQueue queue_;
  std::atomic<size_t> expected_{0};
};

// The queue of a loop, which empties it: what its requests have called comes back to the thread
// that they are on.
class GrpcLoopQueue final : public Companion {
 public:
  // That of the loop whose thread this is; null where there is no loop.
  static GrpcLoopQueue* OfThisThread();
  // How many have been made in this process.
  static size_t Count();

  GrpcLoopQueue();
  ~GrpcLoopQueue() override;

  GrpcQueue* queue() { return &queue_; }
  // How many were made before it.
  size_t index() const { return index_; }

  bool IsExpecting() const override { return queue_.has_expectations(); }
  bool TakeIn() override;
  void Wait(absl::Time deadline) override;
  void Interrupt() override;

 private:
  bool TakeNext(gpr_timespec deadline);

  const size_t index_;
  std::atomic<bool> is_interrupted_{false};
  GrpcQueue queue_;
  grpc::Alarm interruption_;
};

// Queues with a thread each that empties it, for calls from threads without a loop.
class GrpcThreadQueues {
 public:
  // None is made before the first is taken.
  explicit GrpcThreadQueues(int count);
  ~GrpcThreadQueues();

  // They take turns. Thread-safe.
  GrpcQueue* Take(size_t turn);

 private:
  class QueueOfThread;

  const int count_;
  std::once_flag once_;
  std::vector<std::unique_ptr<QueueOfThread>> queues_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_GRPC_QUEUE_H_
