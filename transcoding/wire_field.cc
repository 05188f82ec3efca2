#include "trestle/transcoding/wire_field.h"

#include "trestle/transcoding/wire_reader.h"
#include "trestle/transcoding/wire_writer.h"

namespace trestle {
namespace {

absl::Status Malformed() { return absl::InternalError("malformed protobuf bytes"); }

bool Is(WireTag tag, const Field& field) {
  return tag.number == field.number && tag.type == WireTypeOf(field.kind);
}

// Appends one parent of the field left out, on its way through CopyWithout.
absl::Status CopyParent(absl::Span<const Field* const> path, absl::string_view payload,
                        std::string* out) {
  const Field& parent = *path.front();
  std::string content;
  absl::Status status = CopyWithout(path.subspan(1), payload, &content);
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

}  // namespace

absl::Status CheckWire(absl::string_view wire) {
  WireReader reader(wire);
  WireTag tag;
  while (!reader.done()) {
    if (!reader.ReadTag(&tag) || !reader.Skip(tag)) return Malformed();
  }
  return absl::OkStatus();
}

absl::StatusOr<absl::optional<absl::string_view>> FindPayload(absl::string_view wire,
                                                              const Field& field,
                                                              std::string* merged) {
  absl::optional<absl::string_view> found;
  WireReader reader(wire);
  WireTag tag;
  while (!reader.done()) {
    absl::string_view payload;
    if (!reader.ReadTag(&tag) || !reader.ReadPayload(tag, &payload)) return Malformed();
    if (!Is(tag, field)) continue;
    if (!found.has_value() || !field.is_message()) {
      found = payload;
      continue;
    }
    // Serializations merge when they are joined.
    if (merged->empty()) merged->assign(found->data(), found->size());
    merged->append(payload.data(), payload.size());
    found = *merged;
  }
  return found;
}

absl::Status CopyWithout(absl::Span<const Field* const> path, absl::string_view wire,
                         std::string* out) {
  WireReader reader(wire);
  WireTag tag;
  while (!reader.done()) {
    const absl::string_view before = reader.rest();
    absl::string_view payload;
    if (!reader.ReadTag(&tag) || !reader.ReadPayload(tag, &payload)) return Malformed();
    if (!Is(tag, *path.front())) {
      out->append(before.data(), before.size() - reader.rest().size());
      continue;
    }
    if (path.size() == 1) continue;
    if (absl::Status status = CopyParent(path, payload, out); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace trestle
