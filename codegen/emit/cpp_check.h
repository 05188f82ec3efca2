// Finds .proto files for which no C++ code can be generated that compiles.

#ifndef TRESTLE_CODEGEN_EMIT_CPP_CHECK_H_
#define TRESTLE_CODEGEN_EMIT_CPP_CHECK_H_

#include <string>
#include <vector>

#include "trestle/codegen/api.h"

namespace trestle {
namespace codegen {

// Return the errors in api.file for a C++ target, one line each, without a line break:
//
//   acme.proto:3:1: package "acme.class.v1": "class" is a keyword of C++, …
//
// - A name that protobuf's own C++ generator uses unchanged and a C++ compiler does not
//   accept there, so that x.pb.h does not compile. Protobuf appends "_" to most
//   keywords, except in a package.
// - A request or response of a file with `optimize_for = LITE_RUNTIME`, if the RPC has a rule.
//   Routes and clients need descriptors, which such messages do not have.
//
// A client has more of them, because its runtime includes more headers.
std::vector<std::string> CppGatewayFaults(const Api& api);
std::vector<std::string> CppClientFaults(const Api& api);

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_EMIT_CPP_CHECK_H_
