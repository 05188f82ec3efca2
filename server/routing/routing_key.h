// The request line as the options want it read: by which method a request is routed (D8),
// and whether its path may be one (D4).

#ifndef TRESTLE_SERVER_ROUTING_ROUTING_KEY_H_
#define TRESTLE_SERVER_ROUTING_ROUTING_KEY_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "trestle/transcoding/http.h"
#include "trestle/transcoding/options.h"

namespace trestle {

// Whether `http` is what an HTML form sends: a POST of application/x-www-form-urlencoded.
bool IsFormPost(const HttpRequest& http);

// The method that `http` is routed by: its own, or that of its `X-HTTP-Method-Override` in
// upper case, where `options` take it. InvalidArgument for one that is no token.
absl::StatusOr<std::string> RoutingMethod(const HttpRequest& http, const RequestOptions& options);

// Fails with InvalidArgument if `path` has a malformed percent escape outside `captures`, which
// are views into it (R23). Those are checked when they are decoded, with a message that names the
// variable.
absl::Status CheckEscapes(absl::string_view path, absl::Span<const absl::string_view> captures);

// InvalidArgument, naming it, for a segment of `path`, raw, that is "." or ".." once it is
// decoded and its verb taken off. An encoded slash ends a segment too: who decodes it will
// see the same path.
absl::Status RefuseDotSegments(absl::string_view path);

}  // namespace trestle

#endif  // TRESTLE_SERVER_ROUTING_ROUTING_KEY_H_
