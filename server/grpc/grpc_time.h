// Converts deadlines for gRPC.

#ifndef TRESTLE_SERVER_GRPC_GRPC_TIME_H_
#define TRESTLE_SERVER_GRPC_GRPC_TIME_H_

#include <grpc/support/time.h>

#include "absl/time/time.h"

namespace trestle {

// Converts `deadline`, a value of MonotonicNow, to gRPC's own monotonic clock. A time in the past
// stays in the past; InfiniteFuture is gRPC's infinite future.
gpr_timespec ToGrpcTime(absl::Time deadline);

}  // namespace trestle

#endif  // TRESTLE_SERVER_GRPC_GRPC_TIME_H_
