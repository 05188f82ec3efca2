// What is answered when there is too much to do.

#ifndef TRESTLE_SERVER_HTTP_OVERLOAD_H_
#define TRESTLE_SERVER_HTTP_OVERLOAD_H_

#include "absl/status/status.h"

namespace trestle {

// Unavailable, with a google.rpc.RetryInfo of a second that becomes a Retry-After (R86): a
// client that comes back at once finds the same.
absl::Status Overloaded();

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_OVERLOAD_H_
