// One HTTP route to one RPC.

#ifndef TRESTLE_SERVER_ROUTE_H_
#define TRESTLE_SERVER_ROUTE_H_

#include <string>

#include "absl/status/statusor.h"
#include "trestle/server/service_route.h"
#include "trestle/transcoding/binding.h"
#include "trestle/transcoding/schema.h"

namespace trestle {

class Backend;

// A ServiceRoute resolved: all that serving a request needs to know.
struct Route {
  Binding binding;  // first, for it is what the router reads
  std::string rpc;  // as on the wire: "/library.v1.LibraryService/ListBooks"
  bool client_streaming = false;
  bool server_streaming = false;
  Backend* backend = nullptr;  // not owned
};

// Resolves `route`; InvalidArgument names the RPC and what Bind found wrong.
absl::StatusOr<Route> ResolveRoute(const ServiceRoute& route, SchemaPool& schemas);

}  // namespace trestle

#endif  // TRESTLE_SERVER_ROUTE_H_
