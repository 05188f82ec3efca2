#include "trestle/transcoding/codec/wire_field.h"

#include "absl/container/inlined_vector.h"
#include "trestle/transcoding/codec/wire_reader.h"
#include "trestle/transcoding/codec/wire_writer.h"

namespace trestle {
namespace {

using Groups = absl::InlinedVector<int32_t, 8>;  // the numbers of open groups

bool Is(WireTag tag, const Field& field) {
  return tag.number == field.number && tag.type == WireTypeOf(field.kind);
}

// Appends the parent `path.front()` without the field at the rest of `path`.
absl::Status CopyParent(absl::Span<const Field* const> path, absl::string_view payload,
                        std::string* out, CodecMeter* meter) {
  const Field& parent = *path.front();
  ScratchMemory memory(meter);
  memory.Set(payload.size());
  std::string content;
  absl::Status status = CopyWithout(path.subspan(1), payload, &content, meter);
  if (!status.ok()) return status;
  if (parent.kind == Kind::kMessage) {
    AppendBytesField(parent.number, content, out);
    return absl::OkStatus();
  }
  AppendTag(parent.number, WireType::kStartGroup, out);
  out->append(content);
  AppendTag(parent.number, WireType::kEndGroup, out);
  return absl::OkStatus();
}

// Reads a field, or the begin or end tag of a group.
bool ReadPart(WireReader* reader, Groups* groups) {
  WireTag tag;
  if (!reader->ReadTag(&tag)) return false;
  if (tag.type == WireType::kStartGroup) {
    groups->push_back(tag.number);
    return groups->size() <= size_t{WireReader::kMaxGroupDepth};
  }
  if (tag.type != WireType::kEndGroup) return reader->Skip(tag);
  if (groups->empty() || groups->back() != tag.number) return false;
  groups->pop_back();
  return true;
}

// Returns the work of reading a payload. Only groups are read field by field.
size_t WorkOf(WireTag tag, absl::string_view payload) {
  return tag.type == WireType::kStartGroup ? payload.size() : 0;
}

}  // namespace

absl::Status CheckWire(absl::string_view wire, CodecMeter* meter) {
  WireReader reader(wire);
  StepCounter steps(meter);
  Groups groups;
  while (!reader.done()) {
    if (!ReadPart(&reader, &groups)) return MalformedWire();
    if (!steps.Count()) return meter->refusal();
  }
  return groups.empty() ? absl::OkStatus() : MalformedWire();
}

absl::StatusOr<absl::optional<absl::string_view>> FindPayload(absl::string_view wire,
                                                              const Field& field,
                                                              std::string* merged,
                                                              CodecMeter* meter) {
  absl::optional<absl::string_view> found;
  StepCounter steps(meter);
  ScratchMemory memory(meter);
  const absl::Status status = ForEachField(wire, [&](WireTag tag, absl::string_view payload) {
    if (!steps.Count(WorkOf(tag, payload))) return meter->refusal();
    if (!Is(tag, field)) return absl::OkStatus();
    if (!found.has_value() || !field.is_message()) {
      found = payload;
      return absl::OkStatus();
    }
    // Concatenation merges serialized messages.
    if (merged->empty()) merged->assign(found->data(), found->size());
    merged->append(payload.data(), payload.size());
    memory.SetTo(*merged);
    found = *merged;
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return found;
}

absl::Status CopyWithout(absl::Span<const Field* const> path, absl::string_view wire,
                         std::string* out, CodecMeter* meter) {
  WireReader reader(wire);
  StepCounter steps(meter);
  WireTag tag;
  while (!reader.done()) {
    const absl::string_view before = reader.rest();
    absl::string_view payload;
    if (!reader.ReadTag(&tag) || !reader.ReadPayload(tag, &payload)) return MalformedWire();
    if (!steps.Count(payload.size())) return meter->refusal();
    if (!Is(tag, *path.front())) {
      out->append(before.data(), before.size() - reader.rest().size());
      continue;
    }
    if (path.size() == 1) continue;
    if (absl::Status status = CopyParent(path, payload, out, meter); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace trestle
