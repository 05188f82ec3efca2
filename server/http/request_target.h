// Parses the target of a request line.

#ifndef TRESTLE_SERVER_HTTP_REQUEST_TARGET_H_
#define TRESTLE_SERVER_HTTP_REQUEST_TARGET_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/http.h"

namespace trestle {

// Sets the path and query of `*request`, whose method is set, from `target`: origin-form,
// absolute-form or, for OPTIONS, asterisk-form (RFC 9112 3.2). Sets `*authority` to that of an
// absolute-form only, as a view of `target`. Fails with HttpError 400 for any other target.
absl::Status ParseRequestTarget(absl::string_view target, HttpRequest* request,
                                absl::string_view* authority);

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_REQUEST_TARGET_H_
