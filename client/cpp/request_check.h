// Whether a request can be written to a connection without becoming another one.

#ifndef TRESTLE_CLIENT_CPP_REQUEST_CHECK_H_
#define TRESTLE_CLIENT_CPP_REQUEST_CHECK_H_

#include "absl/status/status.h"
#include "trestle/transcoding/http.h"

namespace trestle {

// InvalidArgument for a method, target, header name or header value with characters that
// end it (RFC 9112 3, 5), and for headers about the connection and the framing, which
// are the transport's own. Quotes names, never values: they may be secrets.
absl::Status CheckRequest(const HttpRequest& request);

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_REQUEST_CHECK_H_
