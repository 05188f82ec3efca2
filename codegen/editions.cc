#include "trestle/codegen/editions.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/stubs/common.h"
#include "google/protobuf/unknown_field_set.h"
#include "trestle/codegen/faults.h"

namespace trestle {
namespace codegen {
namespace {

using google::protobuf::FileDescriptorProto;
using google::protobuf::UnknownField;
using google::protobuf::UnknownFieldSet;

// From a newer descriptor.proto: `optional Edition edition = 14`, and EDITION_2023, from which the
// years are counted.
constexpr int kEditionField = 14;
constexpr int kEdition2023 = 1000;

// Returns true if this descriptor.proto supports editions.
bool SupportsEditions() {
  return FileDescriptorProto::descriptor()->file()->FindMessageTypeByName("FeatureSet") != nullptr;
}

// "edition = \"2023\"", or without the year if it cannot be read.
std::string EditionOf(const FileDescriptorProto& file) {
  const UnknownFieldSet& fields = file.GetReflection()->GetUnknownFields(file);
  for (int i = 0; i < fields.field_count(); ++i) {
    const UnknownField& field = fields.field(i);
    if (field.number() != kEditionField || field.type() != UnknownField::TYPE_VARINT) continue;
    return absl::StrCat("edition = \"", field.varint() - kEdition2023 + 2023, "\"");
  }
  return "an edition";
}

}  // namespace

absl::Status CheckEditions(const google::protobuf::compiler::CodeGeneratorRequest& request) {
  Faults faults;
  if (SupportsEditions()) return absl::OkStatus();
  for (const FileDescriptorProto& file : request.proto_file()) {
    if (file.syntax() != "editions") continue;
    faults.Add(absl::StrCat(
        file.name(), ":1:1: the file has ", EditionOf(file),
        ", which needs protobuf 27 or later; protoc-gen-trestle is linked with protobuf ",
        google::protobuf::internal::VersionString(GOOGLE_PROTOBUF_VERSION),
        ": write syntax = \"proto3\" or \"proto2\", or build the plugin with a newer protobuf"));
  }
  return faults.ToStatus();
}

}  // namespace codegen
}  // namespace trestle
