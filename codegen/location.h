// Locations in a .proto file: "library.proto:12:5". Line and column are counted from 1 and omitted
// if protoc was given no sources.

#ifndef TRESTLE_CODEGEN_LOCATION_H_
#define TRESTLE_CODEGEN_LOCATION_H_

#include <string>

#include "google/protobuf/descriptor.h"

namespace trestle {
namespace codegen {

// Returns the location of the RPC's HTTP rule, or of the RPC if it has none.
std::string RuleLocation(const google::protobuf::MethodDescriptor& rpc);

// Returns the location of the package statement, or of the file if it has none.
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
