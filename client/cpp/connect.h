// Opens sockets to a server and waits for them.

#ifndef TRESTLE_CLIENT_CPP_CONNECT_H_
#define TRESTLE_CLIENT_CPP_CONNECT_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "trestle/client/cpp/base_url.h"

namespace trestle {

// Returns a connected, non-blocking stream socket, which the caller closes. The addresses of a
// host are tried one after the other until `deadline`. Fails with Unavailable, naming the last
// address and the reason, if none can be connected. A name lookup may exceed the deadline.
absl::StatusOr<int> Connect(const BaseUrl& url, absl::Time deadline);

// Waits until `fd` is ready for one of `events` (poll.h), until it is shut down, or until
// `deadline`. Returns the events that have occurred, 0 at the deadline.
int WaitFor(int fd, int events, absl::Time deadline);

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_CONNECT_H_
