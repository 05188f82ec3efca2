// An HTTP route to an RPC or to a custom handler.

#ifndef TRESTLE_SERVER_ROUTING_ROUTE_H_
#define TRESTLE_SERVER_ROUTING_ROUTE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "trestle/server/handler.h"
#include "trestle/server/largest_message.h"
#include "trestle/server/route_info.h"
#include "trestle/server/service_route.h"
#include "trestle/transcoding/binding.h"
#include "trestle/transcoding/codec/schema.h"

namespace trestle {

class Backend;

// A resolved ServiceRoute: everything that is needed to serve a request. Or a custom handler
// instead of an RPC: then `binding` has only its method and path.
struct Route {
  Binding binding;  // first, because the router reads it
  std::string rpc;  // as on the wire: "/library.v1.LibraryService/ListBooks"
  bool client_streaming = false;
  bool server_streaming = false;
  Backend* backend = nullptr;  // not owned
  Handler handler;             // null for an RPC
  RouteInfo info;              // for observers; the owner of the table sets `index` and `backend`
  // The size of the RPC's largest response so far, by this route.
  std::shared_ptr<LargestMessage> largest = std::make_shared<LargestMessage>();
};

// Resolves `route`. Fails with InvalidArgument, naming the RPC, if its rule does not match its
// types.
absl::StatusOr<Route> ResolveRoute(const ServiceRoute& route, SchemaPool& schemas);

// Returns the route of `handler`. Fails with InvalidArgument if `http_method` is neither a token
// nor "*", and if the template is malformed or has variables.
absl::StatusOr<Route> HandlerRoute(absl::string_view http_method, absl::string_view path,
                                   Handler handler);

}  // namespace trestle

#endif  // TRESTLE_SERVER_ROUTING_ROUTE_H_
