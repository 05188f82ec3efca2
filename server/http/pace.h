// Enforces a minimum average transfer rate.

#ifndef TRESTLE_SERVER_HTTP_PACE_H_
#define TRESTLE_SERVER_HTTP_PACE_H_

#include <cstddef>

#include "absl/time/time.h"

namespace trestle {

// With only a timeout without progress, a client that moves a byte now and then could take forever.
// Here it may let the server wait for `grace`, plus a second for each `min_rate` bytes that have
// moved. A rate of 0 means no limit.
class Pace {
 public:
  Pace(size_t min_rate, absl::Duration grace) : min_rate_(min_rate), left_(grace) {}

  void Moved(size_t bytes) {
    if (min_rate_ == 0) return;
    left_ += absl::Seconds(static_cast<double>(bytes) / static_cast<double>(min_rate_));
  }
  void Waited(absl::Duration time) { left_ -= time; }

  // Returns how much longer the server may wait.
  absl::Duration left() const { return min_rate_ > 0 ? left_ : absl::InfiniteDuration(); }
  size_t min_rate() const { return min_rate_; }

 private:
  size_t min_rate_;
  absl::Duration left_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_PACE_H_
