#include "trestle/client/cpp/body_pipe.h"

#include <utility>

namespace trestle {

absl::Status BodyPipe::Put(absl::string_view piece) {
  auto ready = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return abandoned_ || bytes_.size() < capacity_;
  };
  absl::MutexLock lock(&mutex_, absl::Condition(&ready));
  if (abandoned_) return absl::CancelledError("the stream was ended early");
  bytes_.append(piece.data(), piece.size());
  return absl::OkStatus();
}

void BodyPipe::Finish(absl::Status status) {
  absl::MutexLock lock(&mutex_);
  finished_ = true;
  status_ = std::move(status);
}

absl::StatusOr<bool> BodyPipe::Take(std::string* piece) {
  auto ready = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return finished_ || !bytes_.empty(); };
  absl::MutexLock lock(&mutex_, absl::Condition(&ready));
  piece->clear();
  piece->swap(bytes_);
  if (!piece->empty()) return true;
  if (!status_.ok()) return status_;
  return false;
}

void BodyPipe::Abandon() {
  absl::MutexLock lock(&mutex_);
  abandoned_ = true;
}

}  // namespace trestle
