// Completion queues, through which gRPC reports finished operations.

#ifndef TRESTLE_SERVER_GRPC_GRPC_QUEUE_H_
#define TRESTLE_SERVER_GRPC_GRPC_QUEUE_H_

#include <grpcpp/alarm.h>
#include <grpcpp/completion_queue.h>

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "trestle/server/concurrency/completion_source.h"
#include "trestle/server/concurrency/event.h"

#ifdef __SANITIZE_THREAD__
#include <sanitizer/tsan_interface.h>
#endif

namespace trestle {

// What gRPC uses until its last operation has completed. Each operation in progress holds a
// reference, and so does the caller, who may leave first: gRPC (1.51) completes nothing, not even a
// cancelled call, while its connection takes no bytes. Deleted with the last reference.
class GrpcShared {
 public:
  GrpcShared(const GrpcShared&) = delete;
  GrpcShared& operator=(const GrpcShared&) = delete;

  // From any thread.
  void Ref() { references_.fetch_add(1, std::memory_order_relaxed); }
  void Unref() {
    if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

 protected:
  GrpcShared() = default;
  virtual ~GrpcShared() = default;

 private:
  std::atomic<int> references_{1};
};

// The tag that a completion queue returns. One operation at a time, and one waiter.
class Tag {
 public:
  // The tag must be a part of `owner`.
  explicit Tag(GrpcShared* owner) : owner_(*owner) {}

  // Begins an operation: what gRPC is given for it. That gRPC has it hand over what was written
  // before to the thread of the queue, ThreadSanitizer does not see by itself.
  void* ToGrpc() {
    is_done_.store(false, std::memory_order_relaxed);
    owner_.Ref();
#ifdef __SANITIZE_THREAD__
    __tsan_release(this);
#endif
    return this;
  }

  // Returns true if no operation is in progress; ok() is the result of the last one.
  bool is_done() const { return is_done_.load(std::memory_order_acquire); }
  bool ok() const { return ok_; }

  // Waits for the completion, for Wake or for `deadline`, whatever comes first. May return for no
  // reason. False at the deadline.
  bool WaitUntil(absl::Time deadline) { return changed_.WaitUntil(deadline); }
  // May be called from any thread that keeps the owner alive.
  void Wake() { changed_.Notify(); }

  // For the queue. The tag may be gone afterwards.
  void Complete(bool ok) {
#ifdef __SANITIZE_THREAD__
    __tsan_acquire(this);
#endif
    ok_ = ok;
    is_done_.store(true, std::memory_order_release);
    changed_.Notify();
    owner_.Unref();
  }

 private:
  GrpcShared& owner_;
  Event changed_;
  std::atomic<bool> is_done_{true};
  bool ok_ = false;
};

// A completion queue whose tags are Tags. Thread-safe, except emptying it.
class GrpcQueue {
 public:
  // While it lives, the queue may have operations in progress.
  class PendingOperation {
   public:
    explicit PendingOperation(GrpcQueue* queue) : queue_(*queue) {
      queue_.pending_.fetch_add(1, std::memory_order_relaxed);
    }
    ~PendingOperation() { queue_.pending_.fetch_sub(1, std::memory_order_relaxed); }
    PendingOperation(const PendingOperation&) = delete;
    PendingOperation& operator=(const PendingOperation&) = delete;

   private:
    GrpcQueue& queue_;
  };

  GrpcQueue() = default;
  GrpcQueue(const GrpcQueue&) = delete;
  GrpcQueue& operator=(const GrpcQueue&) = delete;

  grpc::CompletionQueue* grpc() { return &queue_; }
  bool has_pending() const { return pending_.load(std::memory_order_relaxed) > 0; }

 private:
  grpc::CompletionQueue queue_;
  std::atomic<size_t> pending_{0};
};

// How many queues are still being emptied though their owners are gone, because gRPC has not
// completed operations on them. While there are any, a process ends best by _Exit: threads of gRPC
// and of these queues are running.
size_t GrpcQueuesLeft();

// The queue of a loop, which empties it: what its requests have called comes back to the thread
// that they are on.
class GrpcLoopQueue final : public CompletionSource {
 public:
  // Returns the queue of this thread's loop; null on other threads.
  static GrpcLoopQueue* OfThisThread();
  // Returns how many have been created in this process.
  static size_t Count();

  GrpcLoopQueue();
  // Waits half a second for operations that nobody waits for any more; a thread of its own takes
  // over those that gRPC does not complete by then.
  ~GrpcLoopQueue() override;

  GrpcQueue* queue();
  // Returns how many were created before this one.
  size_t index() const { return index_; }

  bool HasPending() const override;
  bool Drain() override;
  void Wait(absl::Time deadline) override;
  void Interrupt() override;

 private:
  struct Rep;

  const size_t index_;
  std::unique_ptr<Rep> rep_;
};

// Queues with a thread each that empties it, for calls from threads without a loop.
class GrpcThreadQueues {
 public:
  // `count` is at least 1. None is made before Start, or before the first is taken.
  explicit GrpcThreadQueues(size_t count);
  // As GrpcLoopQueue's, for all of them together.
  ~GrpcThreadQueues();

  // Makes them, if they are not made yet. ResourceExhausted when the process can have no thread.
  // Fewer than `count` are OK. Thread-safe.
  absl::Status Start();

  // They take turns. Thread-safe. Null when there is no thread, and the process can have none.
  GrpcQueue* Take(size_t turn);

  // Begins the end: no more operations. The destructor waits from here on.
  void Shutdown();

 private:
  class QueueOfThread;

  const size_t count_;
  std::mutex mutex_;
  std::atomic<bool> is_started_{false};
  std::vector<std::unique_ptr<QueueOfThread>> queues_;  // does not change once it is started
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_GRPC_GRPC_QUEUE_H_
