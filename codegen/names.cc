#include "trestle/codegen/names.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/compiler/cpp/names.h"
#include "google/protobuf/descriptor.pb.h"
#include "trestle/codegen/cpp_words.h"

namespace trestle {
namespace codegen {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;

std::string EscapeByte(char byte) {
  switch (byte) {
    case '_':
      return "_u";
    case '/':
      return "_s";
    case '.':
      return "_d";
    case '-':
      return "_m";
  }
  return absl::StrFormat("_x%02x", static_cast<unsigned char>(byte));
}

}  // namespace

std::string BasePath(const FileDescriptor& file) {
  return google::protobuf::compiler::cpp::StripProto(file.name());
}

std::string RoutesName(absl::string_view base_path) {
  std::string name = "of_";
  for (char byte : base_path) {
    if (absl::ascii_isalnum(byte)) {
      name += byte;
    } else {
      name += EscapeByte(byte);
    }
  }
  return name;
}

std::vector<std::string> Namespaces(const FileDescriptor& file) {
  if (file.package().empty()) return {};
  // Protobuf has no function for this, only one that returns the qualified name of a message.
  google::protobuf::FileDescriptorProto probe;
  probe.set_name("probe.proto");
  probe.set_package(file.package());
  probe.add_message_type()->set_name("Probe");
  google::protobuf::DescriptorPool pool;
  const std::string name = QualifiedName(*pool.BuildFile(probe)->message_type(0));
  std::vector<std::string> parts = absl::StrSplit(name, "::", absl::SkipEmpty());
  parts.pop_back();
  return parts;
}

std::string QualifiedName(const Descriptor& message) {
  return google::protobuf::compiler::cpp::QualifiedClassName(&message);
}

std::string AccessorName(const FieldDescriptor& field) {
  return google::protobuf::compiler::cpp::FieldName(&field);
}

std::string ClassName(const Descriptor& message) {
  return google::protobuf::compiler::cpp::ClassName(&message);
}

std::string ClassName(const EnumDescriptor& type) {
  return google::protobuf::compiler::cpp::ClassName(&type);
}

std::string ValueName(const EnumValueDescriptor& value) {
  return google::protobuf::compiler::cpp::EnumValueName(&value);
}

std::string ResolvedName(const std::string& name) {
  google::protobuf::FileDescriptorProto probe;
  probe.set_name("probe.proto");
  probe.add_message_type()->set_name(name);
  google::protobuf::DescriptorPool pool;
  return ClassName(*pool.BuildFile(probe)->message_type(0));
}

std::string SafeName(absl::string_view name) {
  return absl::StrCat(name, IsCppWord(name) ? "_" : "");
}

std::string UnusedName(const FileDescriptor& file, std::string name) {
  const std::string scope = file.package().empty() ? "" : absl::StrCat(file.package(), ".");
  while (file.pool()->FindFileContainingSymbol(absl::StrCat(scope, name)) != nullptr) name += '_';
  return name;
}

std::string RpcPath(const MethodDescriptor& rpc) {
  return absl::StrCat("/", rpc.service()->full_name(), "/", rpc.name());
}

}  // namespace codegen
}  // namespace trestle
