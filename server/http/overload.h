// The error of requests that the server has no capacity for.

#ifndef TRESTLE_SERVER_HTTP_OVERLOAD_H_
#define TRESTLE_SERVER_HTTP_OVERLOAD_H_

#include "absl/status/status.h"

namespace trestle {

// Returns Unavailable with a google.rpc.RetryInfo of one second, which becomes Retry-After (R86).
absl::Status Overloaded();

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_OVERLOAD_H_
