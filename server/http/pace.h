// Enforces a minimum average transfer rate.

#ifndef TRESTLE_SERVER_HTTP_PACE_H_
#define TRESTLE_SERVER_HTTP_PACE_H_

#include <cstddef>

#include "absl/time/time.h"

namespace trestle {

// A timeout without progress lets a client take for ever that moves a byte now and then. This one
// asks for a least rate on average: `grace`, and a second for each `min_rate` bytes that have
// moved, are what it may keep others waiting in all. A rate of 0 asks for nothing.
class Pace {
 public:
  Pace(size_t min_rate, absl::Duration grace) : min_rate_(min_rate), left_(grace) {}

  void Moved(size_t bytes) {
    if (min_rate_ == 0) return;
    left_ += absl::Seconds(static_cast<double>(bytes) / static_cast<double>(min_rate_));
  }
  void Waited(absl::Duration time) { left_ -= time; }

  // How much longer it may be waited for.
  absl::Duration left() const { return min_rate_ > 0 ? left_ : absl::InfiniteDuration(); }
  size_t min_rate() const { return min_rate_; }

 private:
  size_t min_rate_;
  absl::Duration left_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_PACE_H_
