#include "trestle/transcoding/required_fields.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"
#include "trestle/transcoding/codec/wire_field.h"
#include "trestle/transcoding/codec/wire_reader.h"
#include "trestle/transcoding/param.h"

namespace trestle {
namespace {

using Pieces = absl::Span<const absl::string_view>;
using PieceList = absl::InlinedVector<absl::string_view, 1>;

// Returns the allocated memory of a list.
size_t MemoryOf(const PieceList& pieces) {
  return pieces.capacity() == 1 ? 0 : pieces.capacity() * sizeof(absl::string_view);
}

// The content of one message, whose serialization can consist of several pieces.
struct Contents {
  explicit Contents(const Schema& schema) : type(schema) {}

  const Schema& type;
  absl::InlinedVector<const Field*, 8> present;                 // the required fields that are set
  absl::InlinedVector<std::pair<const Field*, int>, 4> counts;  // the elements of lists so far
  // The singular messages that may be incomplete, in pieces.
  std::vector<std::pair<const Field*, PieceList>> children;
};

size_t MemoryOf(const Contents& contents) {
  size_t memory = 0;
  for (const auto& child : contents.children) memory += MemoryOf(child.second);
  return memory;
}

bool Has(const Contents& contents, const Field& field) {
  return std::find(contents.present.begin(), contents.present.end(), &field) !=
         contents.present.end();
}

// A member of a oneof replaces the other members before it.
void DropOtherMembers(const Field& field, Contents* contents) {
  auto& children = contents->children;
  const auto is_other = [&](const auto& child) {
    return child.first->oneof == field.oneof && child.first != &field;
  };
  children.erase(std::remove_if(children.begin(), children.end(), is_other), children.end());
}

// `*memory` is that of `*contents`.
void AddPiece(const Field& field, absl::string_view piece, Contents* contents,
              ScratchMemory* memory) {
  auto& children = contents->children;
  const auto child = std::find_if(children.begin(), children.end(),
                                  [&](const auto& one) { return one.first == &field; });
  if (child == children.end()) return children.push_back({&field, {piece}});
  const size_t before = child->second.capacity();
  child->second.push_back(piece);
  if (child->second.capacity() != before) memory->Set(MemoryOf(*contents));
}

// Returns true if a parser accepts the value. A number that a closed enum does not have is an
// unknown field.
bool Takes(const Field& field, absl::string_view payload) {
  if (!field.closed_enum) return true;
  uint64_t number = 0;
  return WireReader(payload).ReadVarint(&number) &&
         !field.enum_type->NameOf(static_cast<int32_t>(number)).empty();
}

class Finder {
 public:
  explicit Finder(CodecMeter* meter) : meter_(meter), steps_(meter) {}

  // Returns true if the message lacks a required field, and collects the path to it.
  bool Lacks(const Schema& type, Pieces pieces) {
    if (!type.may_lack_required() || depth_ == kMaxMessageDepth) return false;
    ++depth_;
    const bool lacks = LacksField(type, pieces);
    --depth_;
    return lacks;
  }

  MessagePath TakePath() {
    std::reverse(path_.begin(), path_.end());
    return std::move(path_);
  }

 private:
  bool LacksField(const Schema& type, Pieces pieces) {
    Contents contents(type);
    ScratchMemory memory(meter_);
    for (absl::string_view piece : pieces) {
      if (LacksInPiece(piece, &contents, &memory)) return true;
    }
    steps_.Count(type.fields().size());
    for (const Field& field : type.fields()) {
      if (field.required && !Has(contents, field)) return Found({&field, -1, ""});
    }
    for (const auto& child : contents.children) {
      if (Lacks(child.first->message(), child.second)) return Found({child.first, -1, ""});
    }
    return false;
  }

  // Reads one piece: checks elements of lists and maps, and adds the rest to `*contents`.
  bool LacksInPiece(absl::string_view piece, Contents* contents, ScratchMemory* memory) {
    WireReader reader(piece);
    WireTag tag;
    absl::string_view payload;
    while (!reader.done() && reader.ReadTag(&tag) && reader.ReadPayload(tag, &payload)) {
      if (!steps_.Count(tag.type == WireType::kStartGroup ? payload.size() : 0)) return false;
      const Field* field = contents->type.FindByNumber(tag.number);
      if (field == nullptr || tag.type != WireTypeOf(field->kind)) continue;
      if (field->repeated) {
        if (field->is_message() && LacksInElement(*field, payload, contents)) return true;
      } else {
        AddSingular(*field, payload, contents, memory);
      }
    }
    return false;
  }

  static void AddSingular(const Field& field, absl::string_view payload, Contents* contents,
                          ScratchMemory* memory) {
    if (field.oneof >= 0) DropOtherMembers(field, contents);
    if (field.required && Takes(field, payload) && !Has(*contents, field)) {
      contents->present.push_back(&field);
    }
    if (field.is_message() && field.message().may_lack_required()) {
      AddPiece(field, payload, contents, memory);
    }
  }

  bool LacksInElement(const Field& field, absl::string_view payload, Contents* contents) {
    if (!field.message().may_lack_required()) return false;
    if (field.map) return LacksInEntry(field, payload);
    auto& counts = contents->counts;
    auto count = std::find_if(counts.begin(), counts.end(),
                              [&](const auto& one) { return one.first == &field; });
    if (count == counts.end()) count = counts.insert(count, {&field, 0});
    const int index = count->second++;
    return Lacks(field.message(), Pieces(&payload, 1)) && Found({&field, index, ""});
  }

  // An entry without a value has an empty value.
  bool LacksInEntry(const Field& map, absl::string_view entry) {
    const Schema& type = map.message();
    const Field& value = *type.FindByNumber(2);
    std::string merged;
    const auto found = FindPayload(entry, value, &merged, meter_);
    if (!found.ok()) return false;
    ScratchMemory memory(meter_);
    if (!merged.empty()) memory.SetTo(merged);
    const absl::string_view payload = found->value_or("");
    if (!Lacks(value.message(), Pieces(&payload, 1))) return false;
    return Found({&map, -1, KeyText(entry, *type.FindByNumber(1))});
  }

  std::string KeyText(absl::string_view entry, const Field& key) const {
    std::string merged;
    const auto found = FindPayload(entry, key, &merged, meter_);
    if (!found.ok() || !found->has_value()) return DefaultParam(key);
    return WireToParam(**found, key).value_or("");
  }

  bool Found(PathStep step) {
    path_.push_back(std::move(step));
    return true;
  }

  CodecMeter* const meter_;
  StepCounter steps_;
  int depth_ = 0;
  MessagePath path_;  // the innermost step first
};

}  // namespace

MessagePath FindMissing(absl::string_view message, const Schema& type, CodecMeter* meter) {
  if (!type.may_lack_required()) return {};
  Finder finder(meter);
  if (!finder.Lacks(type, Pieces(&message, 1))) return {};
  return finder.TakePath();
}

}  // namespace trestle
