#include "trestle/server/concurrency/cancellation.h"

#include <utility>

#include "trestle/server/concurrency/fiber_control.h"

namespace trestle {

void Cancellation::Cancel(CancelReason reason) {
  // The lock is held while the hook runs, so that ~CancellationHook waits for the hook. A fiber
  // that the hook resumes may run into that destructor, so it must not run before the lock is
  // released.
  DeferResumes defer_resumes;
  std::lock_guard<std::mutex> lock(mutex_);
  if (reason_.has_value()) return;
  reason_ = reason;
  if (hook_) hook_();
}

absl::optional<CancelReason> Cancellation::reason() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return reason_;
}

CancellationHook::CancellationHook(Cancellation* cancellation, std::function<void()> hook)
    : cancellation_(cancellation) {
  if (cancellation_ == nullptr) return;
  std::lock_guard<std::mutex> lock(cancellation_->mutex_);
  if (cancellation_->reason_.has_value()) hook();
  cancellation_->hook_ = std::move(hook);
}

CancellationHook::~CancellationHook() {
  if (cancellation_ == nullptr) return;
  std::lock_guard<std::mutex> lock(cancellation_->mutex_);
  cancellation_->hook_ = nullptr;
}

}  // namespace trestle
