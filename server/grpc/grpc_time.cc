#include "trestle/server/grpc/grpc_time.h"

#include "trestle/server/concurrency/clock.h"

namespace trestle {

// Converts the remaining time: the two clocks may have different epochs.
gpr_timespec ToGrpcTime(absl::Time deadline) {
  if (deadline == absl::InfiniteFuture()) return gpr_inf_future(GPR_CLOCK_MONOTONIC);
  if (deadline == absl::InfinitePast()) return gpr_inf_past(GPR_CLOCK_MONOTONIC);
  const int64_t left = absl::ToInt64Nanoseconds(deadline - MonotonicNow());
  return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC), gpr_time_from_nanos(left, GPR_TIMESPAN));
}

}  // namespace trestle
