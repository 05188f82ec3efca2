// Opening a socket to a server.

#ifndef TRESTLE_CLIENT_CPP_CONNECT_H_
#define TRESTLE_CLIENT_CPP_CONNECT_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "trestle/client/cpp/base_url.h"

namespace trestle {

// A connected, non-blocking stream socket, which the caller closes. A host's addresses
// are tried one after the other until `deadline`. Unavailable, saying the address and
// why, if none answers; looking up a name is not bounded by the deadline.
absl::StatusOr<int> Connect(const BaseUrl& url, absl::Time deadline);

// Waits until `fd` is ready for one of `events` (poll.h), until it is shut down, or until
// `deadline`. Returns the events that have occurred, 0 at the deadline.
int WaitFor(int fd, int events, absl::Time deadline);

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_CONNECT_H_
