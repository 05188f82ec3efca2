// Making a call again when it failed in passing and that is safe.

#ifndef TRESTLE_CLIENT_CPP_RETRY_H_
#define TRESTLE_CLIENT_CPP_RETRY_H_

#include <functional>

#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "trestle/client/cpp/call.h"
#include "trestle/client/cpp/options.h"

namespace trestle {

// Time and chance, as functions, so that a test needs neither. All thread-safe.
struct RetryClock {
  std::function<absl::Time()> now;
  std::function<void(absl::Duration)> sleep;
  std::function<double()> random;  // in [0, 1)
};

// The machine's own.
RetryClock RealClock();

// Calls the next Send until it succeeds or retrying makes no sense: the failure will
// stay, sending again may do harm, `policy` allows no further attempt, or the call's
// deadline would pass during the pause. The last reply is the result. call.attempt
// counts from 1 and is left at the number of attempts made.
Interceptor Retry(const RetryPolicy& policy, RetryClock clock);

// How long to wait before trying again after `reply`: nothing if it is not to be tried
// again; else what its Retry-After says (RFC 9110 10.2.3), or a random time up to the
// back-off of this attempt, at least half of it.
absl::optional<absl::Duration> RetryPause(const RetryPolicy& policy, const RetryClock& clock,
                                          const Call& call, const ClientReply& reply);

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_RETRY_H_
