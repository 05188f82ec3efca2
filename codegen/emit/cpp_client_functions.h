// The functions of a generated C++ client.

#ifndef TRESTLE_CODEGEN_EMIT_CPP_CLIENT_FUNCTIONS_H_
#define TRESTLE_CODEGEN_EMIT_CPP_CLIENT_FUNCTIONS_H_

#include <string>
#include <vector>

#include "trestle/codegen/emit/cpp_client_names.h"
#include "trestle/codegen/emit/cpp_file.h"

namespace trestle {
namespace codegen {

// One C++ function: a non-virtual function with a default argument for callers, which calls a
// virtual one.
struct ClientFunction {
  std::string doc;
  std::string result;
  std::string name;
  std::string virtual_name;
  std::string parameter;  // "const GetBookRequest& request"
  std::string argument;   // "request"
  std::string body;       // of the override
};

// Returns one or two functions for each RPC of `client` that is not omitted, in the order of the
// .proto; types are written as in `file`.
std::vector<ClientFunction> ClientFunctions(const ClientService& client, const CppFile& file);

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_EMIT_CPP_CLIENT_FUNCTIONS_H_
