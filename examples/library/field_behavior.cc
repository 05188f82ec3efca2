#include "trestle/examples/library/field_behavior.h"

namespace library {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool HasBehavior(const FieldDescriptor& field, google::api::FieldBehavior behavior) {
  const auto& options = field.options();
  for (int i = 0; i < options.ExtensionSize(google::api::field_behavior); ++i) {
    if (options.GetExtension(google::api::field_behavior, i) == behavior) return true;
  }
  return false;
}

bool IsServerField(const FieldDescriptor& field) {
  return HasBehavior(field, google::api::OUTPUT_ONLY) ||
         HasBehavior(field, google::api::IDENTIFIER);
}

bool IsSet(const Message& message, const FieldDescriptor& field) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  return field.is_repeated() ? reflection.FieldSize(message, &field) > 0
                             : reflection.HasField(message, &field);
}

void ClearServerFields(Message* resource) {
  const Descriptor& type = *resource->GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    if (!IsServerField(*type.field(i))) continue;
    resource->GetReflection()->ClearField(resource, type.field(i));
  }
}

}  // namespace library
