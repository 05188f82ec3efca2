// Hands a body from the thread that receives it to the one that reads it.

#ifndef TRESTLE_CLIENT_CPP_BODY_PIPE_H_
#define TRESTLE_CLIENT_CPP_BODY_PIPE_H_

#include <cstddef>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace trestle {

// Holds at most `capacity` bytes and a piece: a reader that is slow slows the sender.
// Thread-safe, for one thread on either end.
class BodyPipe {
 public:
  explicit BodyPipe(size_t capacity) : capacity_(capacity) {}

  // Waits for room. Cancelled if the reader is gone.
  absl::Status Put(absl::string_view piece);
  // After the last piece: the end, or why the body was cut off.
  void Finish(absl::Status status);

  // All that has come since, into `*piece`; waits for it. False at the end. What came
  // before the body was cut off is still given out.
  absl::StatusOr<bool> Take(std::string* piece);
  // Nothing will be read any more.
  void Abandon();

 private:
  const size_t capacity_;
  absl::Mutex mutex_;
  std::string bytes_ ABSL_GUARDED_BY(mutex_);
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  bool abandoned_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_BODY_PIPE_H_
