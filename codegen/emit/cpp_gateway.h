// Target cpp_gateway: the routes of a .proto's services, for a server.

#ifndef TRESTLE_CODEGEN_EMIT_CPP_GATEWAY_H_
#define TRESTLE_CODEGEN_EMIT_CPP_GATEWAY_H_

#include <vector>

#include "trestle/codegen/api.h"
#include "trestle/codegen/output_file.h"

namespace trestle {
namespace codegen {

// x.gateway.h and x.gateway.cc: `std::vector<ServiceRoute> LibraryServiceRoutes()` for
// each service, in the .proto's namespace, and one function with the routes of them all,
// trestle_routes::RoutesName(), for mains that are generated from a file's path alone.
std::vector<OutputFile> EmitCppGateway(const Api& api);

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_EMIT_CPP_GATEWAY_H_
