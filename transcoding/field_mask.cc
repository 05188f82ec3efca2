#include "trestle/transcoding/field_mask.h"

#include <algorithm>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "trestle/transcoding/codec/json_reader.h"
#include "trestle/transcoding/codec/scalar_text.h"
#include "trestle/transcoding/codec/wire_writer.h"

namespace trestle {
namespace {

constexpr int kPathsNumber = 1;  // google.protobuf.FieldMask.paths

// Returns true if the JSON of `field` is an object whose members are fields.
bool HasFields(const Field& field) {
  if (!field.is_message() || field.repeated) return false;
  const WellKnown type = field.message().well_known();
  return type == WellKnown::kNone || type == WellKnown::kHttpBody;
}

class LeafCollector {
 public:
  LeafCollector(absl::string_view json, const MaskLimits& limits, const JsonReadOptions& options,
                CodecMeter* meter)
      : reader_(json, options.max_depth, meter),
        spelling_(SpellingOf(options)),
        left_out_(limits.left_out),
        room_(limits.max_size) {}

  // Collects the leaves of an object of type `message`. Returns false for malformed JSON and for
  // too many leaves.
  bool CollectObject(const Schema& message, absl::string_view path) {
    absl::string_view key;
    bool more = reader_.FirstKey(&key);
    if (!more && !path.empty() && reader_.ok()) return AddLeaf(path);
    for (; more; more = reader_.NextKey(&key)) {
      const Field* field = message.FindByJsonName(key);
      const bool ok = field == nullptr ? reader_.SkipValue() : CollectMember(*field, path);
      if (!ok) return false;
    }
    return reader_.ok();
  }

  std::vector<std::string>& leaves() { return leaves_; }
  bool is_full() const { return room_ == 0; }

 private:
  bool CollectMember(const Field& field, absl::string_view parent) {
    const std::string path = parent.empty() ? field.name : absl::StrCat(parent, ".", field.name);
    if (reader_.Peek() == '{' && HasFields(field)) return CollectObject(field.message(), path);
    if (reader_.Peek() == '"' && field.kind == Kind::kEnum) return CollectEnumName(field, path);
    return AddLeaf(path) && reader_.SkipValue();
  }

  // An unknown enum name that is ignored is not in the message. In the mask it would unset the
  // field.
  bool CollectEnumName(const Field& field, absl::string_view path) {
    absl::string_view name;
    if (!reader_.ReadString(&name)) return false;
    return !ParseEnumName(name, *field.enum_type, spelling_).has_value() || AddLeaf(path);
  }

  bool AddLeaf(absl::string_view path) {
    if (absl::c_linear_search(left_out_, path)) return true;
    if (path.size() >= room_) {
      room_ = 0;
      return false;
    }
    room_ -= path.size();
    leaves_.emplace_back(path);
    return true;
  }

  JsonReader reader_;
  const EnumSpelling spelling_;
  const absl::Span<const std::string> left_out_;
  size_t room_;
  std::vector<std::string> leaves_;
};

}  // namespace

absl::Status AppendMaskOf(absl::string_view json, const Schema& message, const MaskLimits& limits,
                          const JsonReadOptions& options, std::string* mask, CodecMeter* meter) {
  if (JsonReader(json, options.max_depth).Peek() != '{') return absl::OkStatus();
  LeafCollector collector(json, limits, options, meter);
  if (!collector.CollectObject(message, "")) {
    return absl::InvalidArgumentError(collector.is_full()
                                          ? "the body has too many fields for a field mask"
                                          : "the body is not JSON");
  }
  std::vector<std::string>& leaves = collector.leaves();
  std::sort(leaves.begin(), leaves.end());
  for (const std::string& leaf : leaves) AppendBytesField(kPathsNumber, leaf, mask);
  return absl::OkStatus();
}

}  // namespace trestle
