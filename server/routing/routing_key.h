// The method that a request is routed by (D8), and checks of its path (D4, R23).

#ifndef TRESTLE_SERVER_ROUTING_ROUTING_KEY_H_
#define TRESTLE_SERVER_ROUTING_ROUTING_KEY_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "trestle/transcoding/http.h"
#include "trestle/transcoding/media_type.h"
#include "trestle/transcoding/options.h"

namespace trestle {

// Returns true for the POST of an HTML form. `format` is that of the body.
bool IsFormPost(absl::string_view method, BodyFormat format);

// Returns the method that `http` is routed by: its own, or its `X-HTTP-Method-Override` in upper
// case if `options` allow that. `format` is that of the body. Fails with InvalidArgument if the
// override is not a token.
absl::StatusOr<std::string> RoutingMethod(const HttpRequest& http, BodyFormat format,
                                          const RequestOptions& options);

// Fails with InvalidArgument if `path` has a malformed percent escape outside `captures`, which
// are views into it (R23). Those are checked when they are decoded, with a message that names the
// variable.
absl::Status CheckEscapes(absl::string_view path, absl::Span<const absl::string_view> captures);

// Fails with InvalidArgument, naming the segment, if a segment of the raw `path` is "." or ".."
// after decoding, with or without a verb. An encoded slash ends a segment, too, because the path
// may be decoded later.
absl::Status RefuseDotSegments(absl::string_view path);

}  // namespace trestle

#endif  // TRESTLE_SERVER_ROUTING_ROUTING_KEY_H_
