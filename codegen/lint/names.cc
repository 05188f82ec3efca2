#include "trestle/codegen/lint/names.h"

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "trestle/codegen/location.h"

namespace trestle {
namespace codegen {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;

// Returns all messages of `file`, outer ones first.
std::vector<const Descriptor*> MessagesOf(const FileDescriptor& file) {
  std::vector<const Descriptor*> messages;
  for (int i = 0; i < file.message_type_count(); ++i) messages.push_back(file.message_type(i));
  for (size_t at = 0; at < messages.size(); ++at) {
    for (int i = 0; i < messages[at]->nested_type_count(); ++i) {
      messages.push_back(messages[at]->nested_type(i));
    }
  }
  return messages;
}

std::vector<const EnumDescriptor*> EnumsOf(const FileDescriptor& file) {
  std::vector<const EnumDescriptor*> enums;
  for (int i = 0; i < file.enum_type_count(); ++i) enums.push_back(file.enum_type(i));
  for (const Descriptor* message : MessagesOf(file)) {
    for (int i = 0; i < message->enum_type_count(); ++i) enums.push_back(message->enum_type(i));
  }
  return enums;
}

void CheckFields(const Descriptor& message, std::vector<Finding>* findings) {
  absl::flat_hash_map<absl::string_view, const FieldDescriptor*> by_key;
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor* field = message.field(i);
    const absl::string_view keys[] = {field->json_name(), field->name()};
    for (absl::string_view key : keys) {
      const FieldDescriptor* first = by_key.emplace(key, field).first->second;
      if (first == field) continue;
      findings->push_back(
          {LocationOf(*field), absl::StrCat(field->full_name(), ": the JSON key \"", key,
                                            "\" also belongs to the field \"", first->name(),
                                            "\", so that clients set the wrong field; change the "
                                            "name or json_name of one")});
      break;
    }
  }
}

void CheckValues(const EnumDescriptor& type, std::vector<Finding>* findings) {
  absl::flat_hash_map<std::string, const EnumValueDescriptor*> by_name;
  for (int i = 0; i < type.value_count(); ++i) {
    const EnumValueDescriptor* value = type.value(i);
    const EnumValueDescriptor* first =
        by_name.emplace(absl::AsciiStrToLower(value->name()), value).first->second;
    if (first->number() == value->number()) continue;
    findings->push_back(
        {LocationOf(*value),
         absl::StrCat(type.full_name(), ".", value->name(), ": differs from \"", first->name(),
                      "\" only in case, which a gateway may ", "ignore; rename one of them")});
  }
}

}  // namespace

void JsonNameCollision(const FileDescriptor& file, std::vector<Finding>* findings) {
  for (const Descriptor* message : MessagesOf(file)) CheckFields(*message, findings);
}

void EnumNameCollision(const FileDescriptor& file, std::vector<Finding>* findings) {
  for (const EnumDescriptor* type : EnumsOf(file)) CheckValues(*type, findings);
}

}  // namespace codegen
}  // namespace trestle
