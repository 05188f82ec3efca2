#include "trestle/codegen/location.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.pb.h"

namespace trestle {
namespace codegen {
namespace {

using google::protobuf::FileDescriptorProto;
using google::protobuf::MethodDescriptor;
using google::protobuf::MethodDescriptorProto;
using google::protobuf::ServiceDescriptorProto;
using google::protobuf::SourceLocation;

constexpr int kHttpOption = 72295728;  // google.api.http
constexpr int kLastField = 12;         // of google.api.HttpRule

// Finds the location of the whole option, `option (google.api.http) = {…}`, or of the first of its
// fields, `option (google.api.http).get = "…"`.
bool FindOption(const MethodDescriptor& rpc, SourceLocation* location) {
  std::vector<int> path = {FileDescriptorProto::kServiceFieldNumber,   rpc.service()->index(),
                           ServiceDescriptorProto::kMethodFieldNumber, rpc.index(),
                           MethodDescriptorProto::kOptionsFieldNumber, kHttpOption};
  if (rpc.file()->GetSourceLocation(path, location)) return true;
  path.push_back(0);
  for (path.back() = 1; path.back() <= kLastField; ++path.back()) {
    if (rpc.file()->GetSourceLocation(path, location)) return true;
  }
  return false;
}

std::string Text(const std::string& file, const SourceLocation& location) {
  return absl::StrCat(file, ":", location.start_line + 1, ":", location.start_column + 1);
}

template <typename Declaration>
std::string LocationIn(const Declaration& declaration,
                       const google::protobuf::FileDescriptor& file) {
  SourceLocation location;
  return declaration.GetSourceLocation(&location) ? Text(file.name(), location) : file.name();
}

}  // namespace

std::string RuleLocation(const MethodDescriptor& rpc) {
  const std::string& file = rpc.file()->name();
  SourceLocation location;
  if (!FindOption(rpc, &location) && !rpc.GetSourceLocation(&location)) return file;
  return Text(file, location);
}

std::string PackageLocation(const google::protobuf::FileDescriptor& file) {
  SourceLocation location;
  const bool found = file.GetSourceLocation({FileDescriptorProto::kPackageFieldNumber}, &location);
  return found ? Text(file.name(), location) : file.name();
}

std::string LocationOf(const google::protobuf::Descriptor& message) {
  return LocationIn(message, *message.file());
}

std::string LocationOf(const google::protobuf::EnumDescriptor& type) {
  return LocationIn(type, *type.file());
}

std::string LocationOf(const google::protobuf::FieldDescriptor& field) {
  return LocationIn(field, *field.file());
}

std::string LocationOf(const google::protobuf::EnumValueDescriptor& value) {
  return LocationIn(value, *value.type()->file());
}

std::string LocationOf(const google::protobuf::ServiceDescriptor& service) {
  return LocationIn(service, *service.file());
}

std::string LocationOf(const MethodDescriptor& method) {
  return LocationIn(method, *method.file());
}

}  // namespace codegen
}  // namespace trestle
