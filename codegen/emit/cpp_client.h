// Target cpp_client: typed REST clients for the services of a .proto.

#ifndef TRESTLE_CODEGEN_EMIT_CPP_CLIENT_H_
#define TRESTLE_CODEGEN_EMIT_CPP_CLIENT_H_

#include <vector>

#include "trestle/codegen/api.h"
#include "trestle/codegen/output_file.h"

namespace trestle {
namespace codegen {

// Generates x.client.h and x.client.cc: for each service an interface with a function for each RPC,
// and factories for its implementation over HTTP. Client-streaming and bidirectional RPCs and those
// without a rule are omitted.
std::vector<OutputFile> EmitCppClient(const Api& api);

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_EMIT_CPP_CLIENT_H_
