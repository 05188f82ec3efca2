// Target cpp_gateway: the routes of a .proto's services, for a server.

#ifndef TRESTLE_CODEGEN_EMIT_CPP_GATEWAY_H_
#define TRESTLE_CODEGEN_EMIT_CPP_GATEWAY_H_

#include <vector>

#include "trestle/codegen/api.h"
#include "trestle/codegen/output_file.h"

namespace trestle {
namespace codegen {

// Generates x.gateway.h and x.gateway.cc: `std::vector<ServiceRoute> LibraryServiceRoutes()` for
// each service, in the .proto's namespace, and a function with the routes of all services,
// trestle_routes::RoutesName(), for a main() that is generated from the path of the file alone.
std::vector<OutputFile> EmitCppGateway(const Api& api);

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_EMIT_CPP_GATEWAY_H_
