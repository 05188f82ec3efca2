// Checks that a request can be written to a connection without changing its meaning.

#ifndef TRESTLE_CLIENT_CPP_REQUEST_CHECK_H_
#define TRESTLE_CLIENT_CPP_REQUEST_CHECK_H_

#include "absl/status/status.h"
#include "trestle/transcoding/http.h"

namespace trestle {

// Fails with InvalidArgument if a method, target, header name or header value contains characters
// that end it (RFC 9112 3, 5), and for headers about the connection and the framing, which the
// transport sets. Messages quote names, never values: these may be secrets.
absl::Status CheckRequest(const HttpRequest& request);

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_REQUEST_CHECK_H_
