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

// Of the option as a whole, `option (google.api.http) = {…}`, or of the first of its
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

}  // namespace

std::string RuleLocation(const MethodDescriptor& rpc) {
  const std::string& file = rpc.file()->name();
  SourceLocation location;
  if (!FindOption(rpc, &location) && !rpc.GetSourceLocation(&location)) return file;
  return Text(file, location);
}

std::string LocationOf(const google::protobuf::FieldDescriptor& field) {
  const std::string& file = field.file()->name();
  SourceLocation location;
  return field.GetSourceLocation(&location) ? Text(file, location) : file;
}

std::string LocationOf(const google::protobuf::EnumValueDescriptor& value) {
  const std::string& file = value.type()->file()->name();
  SourceLocation location;
  return value.GetSourceLocation(&location) ? Text(file, location) : file;
}

}  // namespace codegen
}  // namespace trestle
