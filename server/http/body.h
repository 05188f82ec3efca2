// The body of a request, off the connection.

#ifndef TRESTLE_SERVER_HTTP_BODY_H_
#define TRESTLE_SERVER_HTTP_BODY_H_

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "trestle/server/http/connection.h"
#include "trestle/server/http/guard.h"
#include "trestle/transcoding/options.h"

namespace trestle {

// Reads the body that `head` announces, answering `Expect: 100-continue` before it
// waits. Errors carry an HTTP status: 413 beyond `limits.request_body` bytes (then the
// rest is not read), 408 after `timeout` without progress, 400 for malformed chunks or a
// body cut short. The connection cannot go on after one.
//
// The extensions of chunks and the trailers are read and dropped. They may have
// `limits.head` bytes, to which each byte of the body adds one again, so that nobody is
// made to read for nothing; of trailers there may be `limits.head_lines`.
absl::Status ReadBody(const Head& head, const LimitOptions& limits, absl::Duration timeout,
                      Connection& connection, std::string* body);

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_BODY_H_
