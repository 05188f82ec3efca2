// Where in a .proto file something stands.

#ifndef TRESTLE_CODEGEN_LOCATION_H_
#define TRESTLE_CODEGEN_LOCATION_H_

#include <string>

#include "google/protobuf/descriptor.h"

namespace trestle {
namespace codegen {

// "library.proto:12:5", the place of the RPC's HTTP rule, or of the RPC if it has none.
// Line and column count from 1 and are left out if protoc was given no sources.
std::string RuleLocation(const google::protobuf::MethodDescriptor& rpc);

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_LOCATION_H_
