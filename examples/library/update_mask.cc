#include "trestle/examples/library/update_mask.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "trestle/examples/library/field_behavior.h"
#include "trestle/examples/library/violations.h"

namespace library {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FieldMask;
using google::protobuf::Message;

using Fields = std::vector<const FieldDescriptor*>;

bool IsWildcard(const FieldMask& mask) { return mask.paths_size() == 1 && mask.paths(0) == "*"; }

// Returns the fields for the two masks that do not name fields.
Fields UnnamedFields(const Message& changes, const FieldMask& mask) {
  const Descriptor& type = *changes.GetDescriptor();
  Fields fields;
  for (int i = 0; i < type.field_count(); ++i) {
    if (IsWildcard(mask) || IsSet(changes, *type.field(i))) fields.push_back(type.field(i));
  }
  return fields;
}

// Returns the fields that `mask` names. The resources are flat, so a path is a field.
absl::Status NamedFields(const Descriptor& type, const FieldMask& mask, Fields* fields) {
  Violations violations;
  for (const std::string& path : mask.paths()) {
    const FieldDescriptor* field = type.FindFieldByName(path);
    if (field != nullptr) {
      fields->push_back(field);
      continue;
    }
    violations.Add("update_mask", absl::StrCat("names \"", path, "\", which is not a field of ",
                                               type.full_name()));
  }
  return violations.ToStatus();
}

// Fields are cleared first, because merging would append to lists and maps, and keep fields that
// are now unset.
void Replace(const Message& changes, const Fields& fields, Message* resource) {
  const Descriptor& type = *changes.GetDescriptor();
  std::unique_ptr<Message> source(changes.New());
  source->CopyFrom(changes);
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* field = type.field(i);
    const bool replaced =
        std::find(fields.begin(), fields.end(), field) != fields.end() && !IsServerField(*field);
    Message* cleared = replaced ? resource : source.get();
    cleared->GetReflection()->ClearField(cleared, field);
  }
  resource->MergeFrom(*source);
}

}  // namespace

absl::Status ApplyUpdate(const Message& changes, const FieldMask& mask, Message* resource) {
  Fields fields;
  if (mask.paths().empty() || IsWildcard(mask)) {
    fields = UnnamedFields(changes, mask);
  } else if (absl::Status status = NamedFields(*changes.GetDescriptor(), mask, &fields);
             !status.ok()) {
    return status;
  }
  Replace(changes, fields, resource);
  return absl::OkStatus();
}

}  // namespace library
