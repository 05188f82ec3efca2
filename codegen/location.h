// Where in a .proto file something stands: "library.proto:12:5". Line and column count from
// 1 and are left out if protoc was given no sources.

#ifndef TRESTLE_CODEGEN_LOCATION_H_
#define TRESTLE_CODEGEN_LOCATION_H_

#include <string>

#include "google/protobuf/descriptor.h"

namespace trestle {
namespace codegen {

// The place of the RPC's HTTP rule, or of the RPC if it has none.
std::string RuleLocation(const google::protobuf::MethodDescriptor& rpc);

// The place of the package statement; of the file if it has none.
std::string PackageLocation(const google::protobuf::FileDescriptor& file);

std::string LocationOf(const google::protobuf::Descriptor& message);
std::string LocationOf(const google::protobuf::EnumDescriptor& type);
std::string LocationOf(const google::protobuf::FieldDescriptor& field);
std::string LocationOf(const google::protobuf::EnumValueDescriptor& value);
std::string LocationOf(const google::protobuf::ServiceDescriptor& service);
std::string LocationOf(const google::protobuf::MethodDescriptor& method);

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_LOCATION_H_
