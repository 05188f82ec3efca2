#include "trestle/server/routing/route.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "trestle/transcoding/codec/quote.h"
#include "trestle/transcoding/path_template.h"
#include "trestle/transcoding/token.h"

namespace trestle {

absl::StatusOr<Route> ResolveRoute(const ServiceRoute& route, SchemaPool& schemas) {
  absl::StatusOr<Binding> binding =
      Bind(route.rule, schemas.Get(*route.request), schemas.Get(*route.response));
  if (!binding.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("RPC ", route.rpc, ": ", binding.status().message()));
  }
  Route resolved;
  resolved.rpc = route.rpc;
  resolved.client_streaming = route.client_streaming;
  resolved.server_streaming = route.server_streaming;
  resolved.binding = *std::move(binding);
  return resolved;
}

absl::StatusOr<Route> HandlerRoute(absl::string_view http_method, absl::string_view path,
                                   Handler handler) {
  if (!IsToken(http_method)) {
    return absl::InvalidArgumentError(
        absl::StrCat(Quote(http_method), " is not a valid HTTP method"));
  }
  absl::StatusOr<PathTemplate> parsed = ParsePathTemplate(path);
  if (!parsed.ok()) return parsed.status();
  if (!parsed->variables.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("path template ", Quote(path),
                                                   ": custom handlers cannot have path variables"));
  }
  Route route;
  route.rpc = absl::StrCat("the handler of ", http_method, " ", path);
  route.binding.http_method = std::string(http_method);
  route.binding.path = *std::move(parsed);
  route.handler = std::move(handler);
  return route;
}

}  // namespace trestle
