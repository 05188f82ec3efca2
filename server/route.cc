#include "trestle/server/route.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

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

}  // namespace trestle
