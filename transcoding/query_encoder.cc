// EncodeQuery: the fields of a message as a query string.

#include <algorithm>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "trestle/transcoding/codec/violation.h"
#include "trestle/transcoding/codec/wire_field.h"
#include "trestle/transcoding/codec/wire_reader.h"
#include "trestle/transcoding/param.h"
#include "trestle/transcoding/parameter_name.h"
#include "trestle/transcoding/percent.h"
#include "trestle/transcoding/query.h"

namespace trestle {
namespace {

// One field on the wire.
struct Occurrence {
  const Field* field;
  WireTag tag;
  absl::string_view payload;
};

bool HasTypeOf(WireTag tag, const Field& field) {
  if (tag.type == WireTypeOf(field.kind)) return true;
  return field.repeated && tag.type == WireType::kBytes;  // packed
}

// Splits `wire` into its known fields, in number order.
absl::StatusOr<std::vector<Occurrence>> Split(absl::string_view wire, const Schema& type) {
  std::vector<Occurrence> fields;
  const absl::Status status = ForEachField(wire, [&](WireTag tag, absl::string_view payload) {
    const Field* field = type.FindByNumber(tag.number);
    if (field != nullptr && HasTypeOf(tag, *field)) fields.push_back({field, tag, payload});
  });
  if (!status.ok()) return status;
  std::stable_sort(fields.begin(), fields.end(), [](const Occurrence& a, const Occurrence& b) {
    return a.field->number < b.field->number;
  });
  return fields;
}

// Removes the first value from a packed list, and returns it.
absl::optional<absl::string_view> TakePacked(WireType type, absl::string_view* list) {
  WireReader reader(*list);
  if (!reader.Skip({1, type})) return absl::nullopt;
  const absl::string_view value = list->substr(0, list->size() - reader.rest().size());
  *list = reader.rest();
  return value;
}

class QueryEncoder {
 public:
  QueryEncoder(const Binding& binding, std::string* query) : binding_(binding), query_(query) {}

  // Encodes the fields of the message at path_.
  absl::Status EncodeMessage(absl::string_view wire, const Schema& type) {
    if (path_.size() >= size_t{kMaxMessageDepth}) return CannotExpress("nests too deeply");
    absl::StatusOr<std::vector<Occurrence>> fields = Split(wire, type);
    if (!fields.ok()) return fields.status();
    absl::Span<const Occurrence> rest = *fields;
    while (!rest.empty()) {
      const Field& field = *rest.front().field;
      size_t count = 1;
      while (count < rest.size() && rest[count].field == &field) ++count;
      path_.push_back(&field);
      absl::Status status = EncodeField(field, rest.first(count));
      if (!status.ok()) return status;
      path_.pop_back();
      rest.remove_prefix(count);
    }
    return absl::OkStatus();
  }

 private:
  absl::Status EncodeField(const Field& field, absl::Span<const Occurrence> occurrences) {
    if (path_.front() == binding_.request_body.field) return absl::OkStatus();
    if (field.extension) return CannotExpress("is an extension");
    if (field.map) return EncodeMap(field, occurrences);
    if (field.repeated) return EncodeRepeated(field, occurrences);
    std::string merged;
    const absl::string_view payload = Merge(field, occurrences, &merged);
    return IsParam(field) ? EncodeSingular(field, payload) : EncodeParent(field, payload);
  }

  // Returns the last value of a scalar. Concatenation merges the values of a message.
  static absl::string_view Merge(const Field& field, absl::Span<const Occurrence> occurrences,
                                 std::string* merged) {
    if (occurrences.size() == 1 || !field.is_message()) return occurrences.back().payload;
    for (const Occurrence& one : occurrences) {
      merged->append(one.payload.data(), one.payload.size());
    }
    return *merged;
  }

  absl::Status EncodeSingular(const Field& field, absl::string_view payload) {
    absl::StatusOr<std::string> text = WireToParam(payload, field);
    if (!text.ok()) return BadValue(text.status());
    if (field.explicit_presence || *text != DefaultParam(field)) return Append(*text);
    return absl::OkStatus();
  }

  absl::Status EncodeRepeated(const Field& field, absl::Span<const Occurrence> occurrences) {
    if (field.is_message()) return CannotExpress("is a list of messages");  // R28
    for (Occurrence one : occurrences) {
      if (one.tag.type == WireTypeOf(field.kind)) {
        if (absl::Status status = EncodeElement(field, one.payload); !status.ok()) return status;
        continue;
      }
      while (!one.payload.empty()) {
        const auto value = TakePacked(WireTypeOf(field.kind), &one.payload);
        if (!value.has_value()) return MalformedWire();
        if (absl::Status status = EncodeElement(field, *value); !status.ok()) return status;
      }
    }
    return absl::OkStatus();
  }

  absl::Status EncodeElement(const Field& field, absl::string_view payload) {
    absl::StatusOr<std::string> text = WireToParam(payload, field);
    if (!text.ok()) return BadValue(text.status());
    return Append(*text);
  }

  // m[key]=value (D9)
  absl::Status EncodeMap(const Field& field, absl::Span<const Occurrence> occurrences) {
    const Field& key_field = *field.message().FindByNumber(1);
    const Field& value_field = *field.message().FindByNumber(2);
    if (value_field.is_message()) return CannotExpress("is a map of messages");
    for (const Occurrence& entry : occurrences) {
      absl::StatusOr<std::string> key = EntryText(entry.payload, key_field);
      if (!key.ok()) return BadValue(key.status());
      absl::StatusOr<std::string> value = EntryText(entry.payload, value_field);
      if (!value.ok()) return BadValue(value.status());
      if (absl::Status status = Append(*value, *key); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  static absl::StatusOr<std::string> EntryText(absl::string_view entry, const Field& field) {
    std::string merged;
    auto payload = FindPayload(entry, field, &merged);
    if (!payload.ok()) return payload.status();
    return payload->has_value() ? WireToParam(**payload, field) : DefaultParam(field);
  }

  absl::Status EncodeParent(const Field& field, absl::string_view payload) {
    const size_t before = query_->size();
    absl::Status status = EncodeMessage(payload, field.message());
    if (!status.ok() || query_->size() != before || HoldsVariable()) return status;
    return EncodeEmptyParent(field);
  }

  // A parent is present if any of its fields is named. Naming one with its default changes nothing
  // else.
  absl::Status EncodeEmptyParent(const Field& parent) {
    for (const Field& field : parent.message().fields()) {
      if (field.explicit_presence || field.repeated || field.is_message()) continue;
      path_.push_back(&field);
      absl::Status status = Append(DefaultParam(field));
      path_.pop_back();
      return status;
    }
    return CannotExpress("is set but empty");
  }

  // Returns true if a path variable is inside the message at path_.
  bool HoldsVariable() const {
    const auto inside = [this](const FieldPath& variable) {
      return variable.size() > path_.size() &&
             std::equal(path_.begin(), path_.end(), variable.begin());
    };
    return std::any_of(binding_.variables.begin(), binding_.variables.end(), inside);
  }

  // Appends a parameter for the field at path_, by a name that no other field has.
  absl::Status Append(absl::string_view value,
                      absl::optional<absl::string_view> key = absl::nullopt) {
    const std::string name = SpellParameterName(*binding_.request, path_, key);
    if (name.empty()) return CannotExpress("has no unambiguous name");
    AppendPair(name, value);
    return absl::OkStatus();
  }

  void AppendPair(absl::string_view name, absl::string_view value) {
    if (!query_->empty()) query_->push_back('&');
    PercentEncode(name, Encode::kSegment, query_);
    query_->push_back('=');
    PercentEncode(value, Encode::kSegment, query_);
  }

  absl::Status CannotExpress(absl::string_view why) const {
    const std::string path = ToString(path_);
    return FieldViolation(
        path, why,
        absl::StrCat("field \"", path, "\" ", why, ", which the query of ", binding_.http_method,
                     " ", ToString(binding_.path), " cannot express"));
  }

  absl::Status BadValue(const absl::Status& status) const {
    if (status.code() == absl::StatusCode::kInternal) return status;
    const std::string path = ToString(path_);
    return FieldViolation(path, status.message(),
                          absl::StrCat("field \"", path, "\": ", status.message()));
  }

  const Binding& binding_;
  std::string* const query_;
  FieldPath path_;
};

}  // namespace

absl::Status EncodeQuery(const Binding& binding, absl::string_view message, std::string* query) {
  if (binding.request_body.kind == BodyRule::kWhole) return absl::OkStatus();
  return QueryEncoder(binding, query).EncodeMessage(message, *binding.request);
}

}  // namespace trestle
