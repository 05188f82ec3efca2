// Target cpp_client: typed REST clients of a .proto's services.

#ifndef TRESTLE_CODEGEN_EMIT_CPP_CLIENT_H_
#define TRESTLE_CODEGEN_EMIT_CPP_CLIENT_H_

#include <vector>

#include "trestle/codegen/api.h"
#include "trestle/codegen/output_file.h"

namespace trestle {
namespace codegen {

// x.client.h and x.client.cc: for each service an interface, with a function per RPC
// that a client can call, and functions that make one over HTTP. Client-streaming and
// bidirectional RPCs and those without a rule are left out.
std::vector<OutputFile> EmitCppClient(const Api& api);

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_EMIT_CPP_CLIENT_H_
