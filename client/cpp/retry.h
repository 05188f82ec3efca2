// Retries calls after transient failures.

#ifndef TRESTLE_CLIENT_CPP_RETRY_H_
#define TRESTLE_CLIENT_CPP_RETRY_H_

#include <functional>

#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "trestle/client/cpp/call.h"
#include "trestle/client/cpp/options.h"

namespace trestle {

// Time and randomness as functions, so that tests need neither. All thread-safe.
struct RetryClock {
  std::function<absl::Time()> now;
  std::function<void(absl::Duration)> sleep;
  std::function<double()> random;  // in [0, 1)
};

// Returns the clock of the machine.
RetryClock RealClock();

// Calls the next Send until it succeeds or a retry is pointless: the failure is permanent, sending
// again is unsafe, `policy` allows no further attempt, or the deadline would pass during the
// pause. The result is the last reply. call.attempt counts from 1 and is left at the number of
// attempts made.
Interceptor Retry(const RetryPolicy& policy, RetryClock clock);

// Returns how long to wait before the next attempt after `reply`; nullopt if there is to be none.
// This is the reply's Retry-After (RFC 9110 10.2.3), else a random time between half the back-off
// of this attempt and all of it.
absl::optional<absl::Duration> RetryPause(const RetryPolicy& policy, const RetryClock& clock,
                                          const Call& call, const ClientReply& reply);

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_RETRY_H_
