// A wish that work in progress should end, and who hears of it.

#ifndef TRESTLE_SERVER_CONCURRENCY_CANCELLATION_H_
#define TRESTLE_SERVER_CONCURRENCY_CANCELLATION_H_

#include <functional>
#include <mutex>

namespace trestle {

// Raised for a request whose client has gone (H6), or that a drain cuts short.
// Thread-safe.
class Cancellation {
 public:
  Cancellation() = default;
  Cancellation(const Cancellation&) = delete;
  Cancellation& operator=(const Cancellation&) = delete;

  // Runs the hook that is set, if any. Further calls do nothing.
  void Cancel();
  bool cancelled() const;

 private:
  friend class CancellationHook;

  mutable std::mutex mutex_;
  bool cancelled_ = false;
  std::function<void()> hook_;
};

// While it lives, `hook` runs when `cancellation` is raised: at most once, on the
// thread that raises it, at once if it has been raised before. After destruction the
// hook neither runs nor is running. `hook` must not block. One hook at a time.
class CancellationHook {
 public:
  // A null `cancellation` is never raised.
  CancellationHook(Cancellation* cancellation, std::function<void()> hook);
  ~CancellationHook();
  CancellationHook(const CancellationHook&) = delete;
  CancellationHook& operator=(const CancellationHook&) = delete;

 private:
  Cancellation* const cancellation_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_CANCELLATION_H_
