#include "trestle/server/routing/route.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "trestle/transcoding/codec/quote.h"
#include "trestle/transcoding/path_template.h"
#include "trestle/transcoding/token.h"

namespace trestle {
namespace {

RouteInfo InfoOf(const ServiceRoute& route) {
  RouteInfo info;
  info.http_method = route.rule.http_method;
  info.path = route.rule.path;
  const absl::string_view rpc = absl::StripPrefix(route.rpc, "/");
  const size_t slash = rpc.rfind('/');
  info.service = std::string(rpc.substr(0, slash));
  if (slash != rpc.npos) info.method = std::string(rpc.substr(slash + 1));
  info.client_streaming = route.client_streaming;
  info.server_streaming = route.server_streaming;
  info.body = route.rule.body;
  info.response_body = route.rule.response_body;
  return info;
}

}  // namespace

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
  resolved.info = InfoOf(route);
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
  route.info.http_method = std::string(http_method);
  route.info.path = std::string(path);
  return route;
}

}  // namespace trestle
