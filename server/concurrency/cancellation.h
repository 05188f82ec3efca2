// Requests that work in progress end early.

#ifndef TRESTLE_SERVER_CONCURRENCY_CANCELLATION_H_
#define TRESTLE_SERVER_CONCURRENCY_CANCELLATION_H_

#include <functional>
#include <mutex>

#include "absl/types/optional.h"

namespace trestle {

// Why a request is cancelled.
enum class CancelReason {
  kClientGone,    // its client has disconnected (H6)
  kTooMuchAhead,  // its client has sent too much after it (Connection::BeginReadingAhead)
  kShutdown,      // a drain cuts it short (O16)
};

// Thread-safe.
class Cancellation {
 public:
  Cancellation() = default;
  Cancellation(const Cancellation&) = delete;
  Cancellation& operator=(const Cancellation&) = delete;

  // Runs the hook, if one is set. Further calls do nothing.
  void Cancel(CancelReason reason = CancelReason::kClientGone);
  bool cancelled() const { return reason().has_value(); }
  // Returns the reason of the first Cancel; nullopt before it.
  absl::optional<CancelReason> reason() const;

 private:
  friend class CancellationHook;

  mutable std::mutex mutex_;
  absl::optional<CancelReason> reason_;
  std::function<void()> hook_;
};

// Runs `hook` when `cancellation` is cancelled: at most once, on the thread that cancels, or in the
// constructor if that has happened before. After destruction the hook neither runs nor is running.
// `hook` must not wait. A Cancellation has one hook at a time.
class CancellationHook {
 public:
  // With a null `cancellation` the hook never runs.
  CancellationHook(Cancellation* cancellation, std::function<void()> hook);
  ~CancellationHook();
  CancellationHook(const CancellationHook&) = delete;
  CancellationHook& operator=(const CancellationHook&) = delete;

 private:
  Cancellation* const cancellation_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_CANCELLATION_H_
