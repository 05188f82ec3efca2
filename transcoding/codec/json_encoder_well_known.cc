// JsonEncoder: messages whose JSON is not an object of their fields (mapping.md R68-R74).

#include <cmath>

#include "absl/base/casts.h"
#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "trestle/transcoding/codec/any_type.h"
#include "trestle/transcoding/codec/json_encoder.h"
#include "trestle/transcoding/codec/json_string.h"
#include "trestle/transcoding/codec/json_writer.h"
#include "trestle/transcoding/codec/key_set.h"
#include "trestle/transcoding/codec/time_text.h"
#include "trestle/transcoding/codec/well_known.h"

namespace trestle {
namespace {

// Calls `visit(tag, value)` for each field of a message. Returns false for malformed bytes.
template <typename Visit>
bool ForEachValue(absl::Span<const absl::string_view> pieces, Visit visit) {
  for (absl::string_view piece : pieces) {
    WireReader reader(piece);
    WireTag tag;
    while (!reader.done()) {
      WireValue value;
      if (!reader.ReadTag(&tag) || !ReadWireValue(tag, &reader, &value)) return false;
      visit(tag, value);
    }
  }
  return true;
}

}  // namespace

bool JsonEncoder::PrintWellKnown(const Schema& schema, Pieces pieces) {
  switch (schema.well_known()) {
    case WellKnown::kAny:
      return PrintAny(schema, pieces);
    case WellKnown::kStruct:
      return PrintStruct(schema, pieces);
    case WellKnown::kListValue:
      return PrintListValue(schema, pieces);
    case WellKnown::kValue:
      return PrintValueMessage(schema, pieces);
    case WellKnown::kWrapper:
      return PrintWrapper(schema, pieces);
    default:
      return PrintTextual(schema, pieces);
  }
}

bool JsonEncoder::PrintTextual(const Schema& schema, Pieces pieces) {
  // There is nearly always one piece, which needs no copy.
  std::string joined;
  if (pieces.size() > 1) joined = absl::StrJoin(pieces, "");
  absl::string_view message = pieces.size() == 1 ? pieces[0] : absl::string_view(joined);
  if (schema.well_known() != WellKnown::kFieldMask) return PrintTime(schema, message);
  std::string text;
  if (WellKnownToText(WellKnown::kFieldMask, message, MaskSpelling::kCamelCase, &text)) {
    return PrintMask(text);
  }
  return Fault("a FieldMask holds a path that has no camelCase form");
}

bool JsonEncoder::PrintTime(const Schema& schema, absl::string_view message) {
  SecondsAndNanos value;
  if (!ReadSecondsAndNanos(message, &value)) return Malformed();
  char* begin = out_.Reserve(kMaxTimeText + 2);
  *begin = '"';
  bool timestamp = schema.well_known() == WellKnown::kTimestamp;
  char* end = timestamp ? WriteTimestamp(value, begin + 1) : WriteDuration(value, begin + 1);
  if (end == nullptr) return Fault(absl::StrCat("a ", schema.full_name(), " is out of range"));
  *end = '"';
  out_.Advance(end + 1);
  return true;
}

bool JsonEncoder::PrintMask(absl::string_view text) {
  return WriteJsonString(text, &out_) || Fault("a FieldMask is not UTF-8");
}

// R71
bool JsonEncoder::PrintWrapper(const Schema& schema, Pieces pieces) {
  const Field& field = schema.fields()[0];
  WireValue last;
  bool read = ForEachValue(pieces, [&](WireTag tag, const WireValue& value) {
    if (tag.number == field.number && Fits(field, tag.type)) last = value;
  });
  return read ? PrintValue(field, last) : Malformed();
}

// R72
bool JsonEncoder::PrintStruct(const Schema& schema, Pieces pieces) {
  const Field& fields = schema.fields()[0];
  ScratchMemory memory(out_.meter());
  std::vector<absl::string_view> entries;
  bool read = ForEachValue(pieces, [&](WireTag tag, const WireValue& value) {
    if (tag.number != fields.number || !Fits(fields, tag.type) || !Tick()) return;
    entries.push_back(value.bytes);
    memory.SetTo(entries);
  });
  if (!read) return Malformed();
  char separator = '{';
  if (order_ == Order::kChecked) {
    if (!PrintMergedMap(fields, entries, &separator)) return false;
  } else {
    KeySet keys;
    for (absl::string_view entry : entries) {
      if (!PrintMapEntry(fields, entry, &keys, &separator)) return false;
    }
  }
  if (separator == '{') out_.Put('{');
  out_.Put('}');
  return true;
}

bool JsonEncoder::PrintListValue(const Schema& schema, Pieces pieces) {
  const Field& values = schema.fields()[0];
  char separator = '[';
  bool printed = true;
  bool read = ForEachValue(pieces, [&](WireTag tag, const WireValue& value) {
    if (tag.number != values.number || !Fits(values, tag.type)) return;
    printed = printed && Tick() && PrintElement(values, value, &separator);
  });
  if (!printed) return false;
  if (!read) return Malformed();
  if (separator == '[') out_.Put('[');
  out_.Put(']');
  return true;
}

// A Value is a oneof: its last member counts, merged with the occurrences of the same member
// directly before it.
bool JsonEncoder::PrintValueMessage(const Schema& schema, Pieces pieces) {
  const Field* kind = nullptr;
  WireValue last;
  absl::InlinedVector<absl::string_view, 1> parts;
  bool read = ForEachValue(pieces, [&](WireTag tag, const WireValue& value) {
    const Field* field = schema.FindByNumber(tag.number);
    if (field == nullptr || !Fits(*field, tag.type)) return;
    if (field != kind) parts.clear();
    kind = field;
    last = value;
    parts.push_back(value.bytes);
  });
  if (!read) return Malformed();
  if (kind == nullptr) return out_.Put("null"), true;
  if (kind->kind == Kind::kDouble && !std::isfinite(absl::bit_cast<double>(last.bits))) {
    return Fault("a google.protobuf.Value holds NaN or an infinity");
  }
  if (!kind->is_message()) return PrintValue(*kind, last);
  return PrintContent(kind->message(), parts);
}

// R73
bool JsonEncoder::PrintAny(const Schema& schema, Pieces pieces) {
  WireValue url, value;
  bool read = ForEachValue(pieces, [&](WireTag tag, const WireValue& field) {
    if (tag.type != WireType::kBytes) return;
    if (tag.number == 1) url = field;
    if (tag.number == 2) value = field;
  });
  if (!read) return Malformed();
  if (url.bytes.empty() && value.bytes.empty()) return out_.Put("{}"), true;
  out_.Put("{\"@type\":");
  if (!WriteJsonString(url.bytes, &out_)) return Fault("a type URL is not UTF-8");
  const Schema* type = schema.pool().Find(AnyTypeName(url.bytes));
  size_t begin = out_.size();
  int depth = depth_;
  if (type != nullptr && PrintAnyContent(*type, value.bytes)) return true;
  if (out_of_order_ || out_.is_refused()) return false;
  // An Any that cannot be printed does not fail the whole response.
  depth_ = depth;
  fault_.clear();
  out_.Truncate(begin);
  out_.Put(",\"value\":");
  WriteJsonBytes(value.bytes, &out_);
  out_.Put('}');
  return true;
}

bool JsonEncoder::PrintAnyContent(const Schema& type, absl::string_view value) {
  bool plain = type.well_known() == WellKnown::kNone || type.well_known() == WellKnown::kHttpBody;
  if (plain) {
    Object object{type};
    object.separator = ',';
    if (!PrintMembers(Pieces(&value, 1), &object)) return false;
  } else {
    out_.Put(",\"value\":");
    if (!PrintContent(type, Pieces(&value, 1))) return false;
  }
  out_.Put('}');
  return true;
}

// Prints a field that is not set and is the whole body of a response (R39).
bool JsonEncoder::PrintUnset(const Field& field) {
  if (!field.is_message() || field.repeated) {
    PrintDefault(field);
    return true;
  }
  switch (field.message().well_known()) {
    case WellKnown::kTimestamp:
    case WellKnown::kDuration:
    case WellKnown::kWrapper:
    case WellKnown::kValue:
      out_.Put("null");
      return true;
    default:
      return PrintContent(field.message(), {});
  }
}

}  // namespace trestle
