// One HTTP route to one RPC.

#ifndef TRESTLE_SERVER_ROUTING_ROUTE_H_
#define TRESTLE_SERVER_ROUTING_ROUTE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "trestle/server/handler.h"
#include "trestle/server/message_room.h"
#include "trestle/server/service_route.h"
#include "trestle/transcoding/binding.h"
#include "trestle/transcoding/codec/schema.h"

namespace trestle {

class Backend;

// A ServiceRoute resolved: all that serving a request needs to know. Or a handler of the
// user's own in the place of an RPC: then `binding` is but its method and path.
struct Route {
  Binding binding;  // first, for it is what the router reads
  std::string rpc;  // as on the wire: "/library.v1.LibraryService/ListBooks"
  bool client_streaming = false;
  bool server_streaming = false;
  Backend* backend = nullptr;  // not owned
  Handler handler;             // null where there is an RPC
  // Of the responses of the RPC, by this route.
  std::shared_ptr<LargestMessage> largest = std::make_shared<LargestMessage>();
};

// Resolves `route`; InvalidArgument names the RPC and what Bind found wrong.
absl::StatusOr<Route> ResolveRoute(const ServiceRoute& route, SchemaPool& schemas);

// The route of `handler`. InvalidArgument for an `http_method` that is no token and not "*",
// and for a malformed template or one with variables.
absl::StatusOr<Route> HandlerRoute(absl::string_view http_method, absl::string_view path,
                                   Handler handler);

}  // namespace trestle

#endif  // TRESTLE_SERVER_ROUTING_ROUTE_H_
