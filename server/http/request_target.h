// The target of a request line, in the forms that a server is asked in.

#ifndef TRESTLE_SERVER_HTTP_REQUEST_TARGET_H_
#define TRESTLE_SERVER_HTTP_REQUEST_TARGET_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/http.h"

namespace trestle {

// Sets path and query of `*request`, whose method is set, to what `target` says: origin-,
// absolute- or, for OPTIONS, asterisk-form (RFC 9112 3.2); else HttpError 400. `*authority`
// becomes a view of that of an absolute-form, and is not touched by the other forms.
absl::Status ParseRequestTarget(absl::string_view target, HttpRequest* request,
                                absl::string_view* authority);

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_REQUEST_TARGET_H_
