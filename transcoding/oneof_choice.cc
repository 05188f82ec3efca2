#include "trestle/transcoding/oneof_choice.h"

#include <string>

#include "trestle/transcoding/wire_field.h"
#include "trestle/transcoding/wire_reader.h"

namespace trestle {
namespace {

// A member of the oneof of `chosen`, in a message of the type that `chosen` is a field of.
const Field* OtherMember(absl::string_view message, const Schema& type, const Field& chosen) {
  WireReader reader(message);
  WireTag tag;
  while (!reader.done() && reader.ReadTag(&tag) && reader.Skip(tag)) {
    const Field* field = type.FindByNumber(tag.number);
    if (field != nullptr && field != &chosen && field->oneof == chosen.oneof) return field;
  }
  return nullptr;
}

}  // namespace

MessagePath FindOtherMember(absl::string_view message, const Schema& type,
                            const FieldPath& chosen) {
  MessagePath path;
  const Schema* parent = &type;
  std::string buffers[2];  // what is looked at, and what is merged from it
  for (size_t i = 0; i < chosen.size(); ++i) {
    const Field& field = *chosen[i];
    const Field* other = field.oneof < 0 ? nullptr : OtherMember(message, *parent, field);
    path.push_back({other == nullptr ? &field : other, -1, ""});
    if (other != nullptr) return path;
    if (i + 1 == chosen.size()) break;
    std::string merged;
    const auto payload = FindPayload(message, field, &merged);
    if (!payload.ok() || !payload->has_value()) break;
    std::string& kept = buffers[i % 2];
    kept = std::string(**payload);
    message = kept;
    parent = &field.message();
  }
  return {};
}

}  // namespace trestle
