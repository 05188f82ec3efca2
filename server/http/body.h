// The body of a request, off the connection.

#ifndef TRESTLE_SERVER_HTTP_BODY_H_
#define TRESTLE_SERVER_HTTP_BODY_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "trestle/server/http/connection.h"
#include "trestle/server/http/guard.h"

namespace trestle {

// Reads the body that `head` announces, answering `Expect: 100-continue` before it
// waits. Errors carry an HTTP status: 413 beyond `max_size` bytes (then the rest is not
// read), 408 after `timeout` without progress, 400 for malformed chunks or a body cut
// short. The connection cannot go on after one.
absl::Status ReadBody(const Head& head, size_t max_size, absl::Duration timeout,
                      Connection& connection, std::string* body);

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_BODY_H_
