#include "trestle/server/concurrency/cancellation.h"

#include <utility>

#include "trestle/server/concurrency/fiber_control.h"

namespace trestle {

void Cancellation::Cancel() {
  // The lock is held while the hook runs, so that ~CancellationHook waits for the hook. A fiber
  // that the hook resumes may run into that destructor, so it must not run before the lock is
  // released.
  DeferResumes defer_resumes;
  std::lock_guard<std::mutex> lock(mutex_);
  if (std::exchange(cancelled_, true)) return;
  if (hook_) hook_();
}

bool Cancellation::cancelled() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return cancelled_;
}

CancellationHook::CancellationHook(Cancellation* cancellation, std::function<void()> hook)
    : cancellation_(cancellation) {
  if (cancellation_ == nullptr) return;
  std::lock_guard<std::mutex> lock(cancellation_->mutex_);
  if (cancellation_->cancelled_) hook();
  cancellation_->hook_ = std::move(hook);
}

CancellationHook::~CancellationHook() {
  if (cancellation_ == nullptr) return;
  std::lock_guard<std::mutex> lock(cancellation_->mutex_);
  cancellation_->hook_ = nullptr;
}

}  // namespace trestle
