#include "trestle/transcoding/oneof_choice.h"

#include <string>

#include "trestle/transcoding/codec/wire_field.h"
#include "trestle/transcoding/codec/wire_reader.h"

namespace trestle {
namespace {

// Returns another member of the oneof of `chosen` in `message`, or nullptr. `chosen` is a field of
// `type`.
const Field* OtherMember(absl::string_view message, const Schema& type, const Field& chosen,
                         CodecMeter* meter) {
  WireReader reader(message);
  StepCounter steps(meter);
  WireTag tag;
  while (!reader.done() && reader.ReadTag(&tag) && reader.Skip(tag) && steps.Count()) {
    const Field* field = type.FindByNumber(tag.number);
    if (field != nullptr && field != &chosen && field->oneof == chosen.oneof) return field;
  }
  return nullptr;
}

}  // namespace

MessagePath FindOtherMember(absl::string_view message, const Schema& type, const FieldPath& chosen,
                            CodecMeter* meter) {
  MessagePath path;
  const Schema* parent = &type;
  std::string buffers[2];  // `message` can be in one; the other one is for merging its field
  ScratchMemory memory(meter);
  size_t spare = 0;
  for (size_t i = 0; i < chosen.size(); ++i) {
    const Field& field = *chosen[i];
    const Field* other = field.oneof < 0 ? nullptr : OtherMember(message, *parent, field, meter);
    path.push_back({other == nullptr ? &field : other, -1, ""});
    if (other != nullptr) return path;
    if (i + 1 == chosen.size()) break;
    buffers[spare].clear();
    const auto payload = FindPayload(message, field, &buffers[spare], meter);
    if (!payload.ok() || !payload->has_value()) break;
    message = **payload;
    parent = &field.message();
    if (buffers[spare].empty()) continue;
    memory.Set(buffers[0].capacity() + buffers[1].capacity());
    spare = 1 - spare;
  }
  return {};
}

}  // namespace trestle
