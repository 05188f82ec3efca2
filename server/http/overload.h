// The errors of requests that the server does not serve: it has no capacity, or it is stopping.

#ifndef TRESTLE_SERVER_HTTP_OVERLOAD_H_
#define TRESTLE_SERVER_HTTP_OVERLOAD_H_

#include "absl/status/status.h"

namespace trestle {

// Returns Unavailable with a google.rpc.RetryInfo of one second, which becomes Retry-After (R86).
absl::Status Overloaded();

// Returns the same for a request that a drain cuts short (O16).
absl::Status ShuttingDown();

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_OVERLOAD_H_
