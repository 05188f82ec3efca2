// Measured times and their statistics.

#ifndef TRESTLE_BENCH_RIG_TIMES_H_
#define TRESTLE_BENCH_RIG_TIMES_H_

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/time/time.h"

namespace trestle {
namespace bench {

class Times {
 public:
  void Add(absl::Duration time) { times_.push_back(time); }
  size_t size() const { return times_.size(); }

  // Returns the time that the fraction `part` of them (0.5, 0.99) does not exceed; zero if there
  // are none.
  absl::Duration Quantile(double part) const {
    if (times_.empty()) return absl::ZeroDuration();
    std::vector<absl::Duration> sorted = times_;
    const size_t index =
        std::min(sorted.size() - 1, static_cast<size_t>(part * static_cast<double>(sorted.size())));
    std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(index),
                     sorted.end());
    return sorted[index];
  }

  // "0.21 ms median, 0.80 ms p99, 1.10 ms at most".
  std::string Summary() const {
    return absl::StrFormat(
        "%.2f ms median, %.2f ms p99, %.2f ms at most", absl::ToDoubleMilliseconds(Quantile(0.5)),
        absl::ToDoubleMilliseconds(Quantile(0.99)), absl::ToDoubleMilliseconds(Quantile(1)));
  }

 private:
  std::vector<absl::Duration> times_;
};

}  // namespace bench
}  // namespace trestle

#endif  // TRESTLE_BENCH_RIG_TIMES_H_
