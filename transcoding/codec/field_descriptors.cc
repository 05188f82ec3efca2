#include "trestle/transcoding/codec/field_descriptors.h"

#include <cstddef>

#include "absl/container/flat_hash_set.h"
#include "google/protobuf/descriptor.pb.h"

namespace trestle {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

std::vector<const FieldDescriptor*> FieldsOf(const Descriptor& type) {
  std::vector<const FieldDescriptor*> fields;
  if (type.extension_range_count() > 0 && !type.options().message_set_wire_format()) {
    type.file()->pool()->FindAllExtensions(&type, &fields);
  }
  for (int i = 0; i < type.field_count(); ++i) fields.push_back(type.field(i));
  return fields;
}

// Searches breadth first. If no required field is found, none of the types that were reached can be
// incomplete, and none of them is searched again.
bool RequiredTypes::MayLackRequired(const Descriptor& type) {
  absl::MutexLock lock(&mutex_);
  std::vector<const Descriptor*> reached = {&type};
  absl::flat_hash_set<const Descriptor*> seen = {&type};
  for (size_t i = 0; i < reached.size(); ++i) {
    const auto known = known_.find(reached[i]);
    if (known != known_.end() && !known->second) continue;
    bool found = known != known_.end();
    for (const FieldDescriptor* field : FieldsOf(*reached[i])) {
      const Descriptor* child = field->message_type();
      found = found || field->is_required();
      if (child != nullptr && seen.insert(child).second) reached.push_back(child);
    }
    if (!found) continue;
    known_[&type] = true;
    return true;
  }
  for (const Descriptor* one : reached) known_[one] = false;
  return false;
}

}  // namespace trestle
