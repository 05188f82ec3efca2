#include "trestle/server/concurrency/clock.h"

#include <ctime>

#include "absl/time/clock.h"

namespace trestle {
namespace {

absl::Duration SinceBoot() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return absl::DurationFromTimespec(now);
}

}  // namespace

absl::Time MonotonicNow() {
  static const absl::Time epoch = absl::Now() - SinceBoot();
  return epoch + SinceBoot();
}

}  // namespace trestle
