#include "trestle/tests/transcoding/codec/libprotobuf_departures.h"

#include <vector>

#include "google/protobuf/descriptor.h"

namespace trestle {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

struct Departure {
  const char* what;
  bool (*touches)(const FieldDescriptor& field);
};

const Departure kDepartures[] = {
    {"groups are dropped on writing, and malformed bytes are made of them on reading",
     [](const FieldDescriptor& field) { return field.type() == FieldDescriptor::TYPE_GROUP; }},
    {"extensions are dropped on writing and refused on reading",
     [](const FieldDescriptor& field) { return field.is_extension(); }},
};

bool IsTouched(const FieldDescriptor& field) {
  for (const Departure& departure : kDepartures) {
    if (departure.touches(field)) return true;
  }
  return false;
}

void ClearFields(Message* message) {
  const Reflection& fields = *message->GetReflection();
  std::vector<const FieldDescriptor*> set;
  fields.ListFields(*message, &set);
  for (const FieldDescriptor* field : set) {
    if (IsTouched(*field)) {
      fields.ClearField(message, field);
    } else if (field->message_type() != nullptr && field->is_repeated()) {
      for (int i = 0; i < fields.FieldSize(*message, field); ++i) {
        ClearFields(fields.MutableRepeatedMessage(message, field, i));
      }
    } else if (field->message_type() != nullptr) {
      ClearFields(fields.MutableMessage(message, field));
    }
  }
}

}  // namespace

bool ClearWhatLibprotobufCannotSay(Message* message) {
  ClearFields(message);
  return message->IsInitialized();
}

}  // namespace trestle
