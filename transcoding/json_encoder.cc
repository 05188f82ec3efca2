#include "trestle/transcoding/json_encoder.h"

#include "absl/strings/str_cat.h"
#include "trestle/transcoding/json_string.h"
#include "trestle/transcoding/json_writer.h"
#include "trestle/transcoding/key_set.h"
#include "trestle/transcoding/wire_format.h"

namespace trestle {
namespace {

// As protobuf's own parsers: more than this many messages within one another is an error.
constexpr int kMaxDepth = 100;

// Oneofs beyond these are not kept track of while streaming.
constexpr int kMaxOneofs = 64;

bool IsDefault(const WireValue& value) { return value.bits == 0 && value.bytes.empty(); }

// Moves on to the field after, if it is `field` again.
bool NextIs(const Field& field, WireTag* tag, WireReader* reader) {
  WireReader ahead = *reader;
  WireTag next;
  if (ahead.done() || !ahead.ReadTag(&next)) return false;
  if (next.number != field.number || !Fits(field, next.type)) return false;
  *reader = ahead;
  *tag = next;
  return true;
}

}  // namespace

bool IsInOrder(const Schema& schema, absl::string_view wire) {
  if (schema.oneof_count() > kMaxOneofs) return false;
  WireReader reader(wire);
  WireTag tag;
  int next = 0;
  uint64_t oneofs = 0;
  const Field* last = nullptr;  // of the field just before, if it is a repeated one
  while (!reader.done()) {
    if (!reader.ReadTag(&tag) || !reader.Skip(tag)) return false;
    const Field* field = schema.FindByNumber(tag.number);
    bool known = field != nullptr && Fits(*field, tag.type);
    if (known && field != last) {
      uint64_t oneof = field->oneof < 0 ? 0 : uint64_t{1} << field->oneof;
      if (field->index < next || (oneofs & oneof) != 0) return false;
      next = field->index + 1;
      oneofs |= oneof;
    }
    last = known && field->repeated ? field : nullptr;
  }
  return true;
}

JsonEncoder::JsonEncoder(const JsonWriteOptions& options, Order order, size_t expected,
                         std::string* json)
    : options_(options),
      int64_form_(options.int64_as_numbers ? Int64Form::kNumber : Int64Form::kString),
      order_(order),
      out_(json, expected) {}

bool JsonEncoder::EncodeMessage(absl::string_view wire, const Schema& message) {
  return PrintContent(message, Pieces(&wire, 1));
}

bool JsonEncoder::EncodeField(absl::string_view wire, const Schema& message, const Field& field) {
  std::vector<Occurrence> found, run;
  if (!Collect(message, Pieces(&wire, 1), &found)) return false;
  for (const Occurrence& one : found) {
    if (one.field == &field) run.push_back(one);
  }
  if (run.empty()) return PrintUnset(field);
  return PrintMergedValue(run);
}

bool JsonEncoder::Fault(std::string what) {
  fault_ = std::move(what);
  return false;
}

bool JsonEncoder::Malformed() { return Fault("malformed protobuf wire format"); }

bool JsonEncoder::OutOfOrder() {
  out_of_order_ = true;
  return false;
}

bool JsonEncoder::PrintContent(const Schema& schema, Pieces pieces) {
  if (depth_ >= kMaxDepth) return Fault("messages are nested too deep");
  ++depth_;
  WellKnown type = schema.well_known();
  bool plain = type == WellKnown::kNone || type == WellKnown::kHttpBody;
  bool printed = plain ? PrintObject(schema, pieces) : PrintWellKnown(schema, pieces);
  --depth_;
  return printed;
}

bool JsonEncoder::PrintObject(const Schema& schema, Pieces pieces) {
  Object object{schema};
  if (!PrintMembers(pieces, &object)) return false;
  Close(object);
  return true;
}

bool JsonEncoder::PrintMembers(Pieces pieces, Object* object) {
  absl::string_view wire = pieces.empty() ? absl::string_view() : pieces[0];
  bool stream = pieces.size() <= 1;
  if (order_ == Order::kChecked) stream = stream && IsInOrder(object->schema, wire);
  if (!stream && order_ == Order::kAssumed) return OutOfOrder();
  if (stream ? !StreamMembers(wire, object) : !MergeMembers(pieces, object)) return false;
  PrintDefaults(static_cast<int>(object->schema.fields().size()), object);
  return true;
}

void JsonEncoder::Close(const Object& object) {
  if (object.separator == '{') out_.Put('{');
  out_.Put('}');
}

bool JsonEncoder::StreamMembers(absl::string_view wire, Object* object) {
  WireReader reader(wire);
  WireTag tag;
  while (!reader.done()) {
    if (!reader.ReadTag(&tag)) return Malformed();
    const Field* field = object->schema.FindByNumber(tag.number);
    if (field == nullptr || !Fits(*field, tag.type)) {
      if (!reader.Skip(tag)) return Malformed();
      continue;
    }
    if (field->index < object->next) return OutOfOrder();
    if (!StreamField(*field, tag, &reader, object)) return false;
  }
  return true;
}

bool JsonEncoder::StreamField(const Field& field, WireTag tag, WireReader* reader, Object* object) {
  if (field.map) return StreamMap(field, tag, reader, object);
  if (field.repeated) return StreamList(field, tag, reader, object);
  WireValue value;
  if (!ReadWireValue(tag, reader, &value)) return Malformed();
  if (IsUnknownEnum(field, value)) return true;
  if (field.oneof >= 0) {
    uint64_t oneof = field.oneof < kMaxOneofs ? uint64_t{1} << field.oneof : object->oneofs;
    if (field.oneof >= kMaxOneofs || (object->oneofs & oneof) != 0) return OutOfOrder();
    object->oneofs |= oneof;
  }
  return PrintSingular(field, value, object);
}

// R55
bool JsonEncoder::PrintSingular(const Field& field, const WireValue& value, Object* object) {
  PrintDefaults(field.index, object);
  bool implied = !field.explicit_presence && IsDefault(value);
  if (implied && !options_.always_print_defaults) return true;
  object->next = field.index + 1;
  PrintKey(field, object);
  return PrintValue(field, value);
}

bool JsonEncoder::StreamList(const Field& field, WireTag tag, WireReader* reader, Object* object) {
  PrintDefaults(field.index, object);
  Object before = *object;
  size_t begin = out_.size();
  object->next = field.index + 1;
  PrintKey(field, object);
  char separator = '[';
  do {
    WireValue value;
    if (!ReadWireValue(tag, reader, &value)) return Malformed();
    if (!PrintElements(field, tag.type, value, &separator)) return false;
  } while (NextIs(field, &tag, reader));
  if (separator != '[') {
    out_.Put(']');
  } else if (options_.always_print_defaults && !field.explicit_presence) {
    out_.Put("[]");
  } else {
    out_.Truncate(begin);  // an empty packed list, or only unknown enums
    object->separator = before.separator;
  }
  return true;
}

bool JsonEncoder::StreamMap(const Field& field, WireTag tag, WireReader* reader, Object* object) {
  PrintDefaults(field.index, object);
  char before = object->separator;
  size_t begin = out_.size();
  object->next = field.index + 1;
  PrintKey(field, object);
  char separator = '{';
  std::vector<absl::string_view> entries;  // in the checked order only
  KeySet keys;
  do {
    absl::string_view entry;
    if (!reader->ReadBytes(&entry)) return Malformed();
    if (order_ == Order::kChecked) {
      entries.push_back(entry);
    } else if (!PrintMapEntry(field, entry, &keys, &separator)) {
      return false;
    }
  } while (NextIs(field, &tag, reader));
  if (!PrintMergedMap(field, entries, &separator)) return false;
  if (separator != '{') {
    out_.Put('}');
  } else if (options_.always_print_defaults) {
    out_.Put("{}");
  } else {
    out_.Truncate(begin);
    object->separator = before;
  }
  return true;
}

bool JsonEncoder::PrintElements(const Field& field, WireType type, const WireValue& value,
                                char* separator) {
  if (type != WireType::kBytes || !IsPackable(field.kind)) {
    return PrintElement(field, value, separator);
  }
  bool number = field.kind != Kind::kBool && field.kind != Kind::kEnum;
  WireReader reader(value.bytes);
  WireTag tag{field.number, WireTypeOf(field.kind)};
  while (!reader.done()) {
    WireValue element;
    if (!ReadWireValue(tag, &reader, &element)) return Malformed();
    if (number) {
      PrintNumber(field, element.bits, separator);
    } else if (!PrintElement(field, element, separator)) {
      return false;
    }
  }
  return true;
}

// PrintElement for the packed numbers, of which there may be many.
void JsonEncoder::PrintNumber(const Field& field, uint64_t bits, char* separator) {
  char* out = out_.Reserve(kMaxJsonNumber + 1);
  *out++ = *separator;
  *separator = ',';
  out_.Advance(WriteJsonNumber(field.kind, bits, int64_form_, out));
}

bool JsonEncoder::PrintElement(const Field& field, const WireValue& value, char* separator) {
  if (IsUnknownEnum(field, value)) return true;
  out_.Put(*separator);
  *separator = ',';
  return PrintValue(field, value);
}

bool JsonEncoder::PrintMapEntry(const Field& field, absl::string_view payload, KeySet* keys,
                                char* separator) {
  Entry entry;
  if (!ReadEntry(field, payload, &entry)) return Malformed();
  return entry.unknown || PrintEntry(field, entry, keys, separator);
}

// The last key and the last value count; either may be missing.
bool JsonEncoder::ReadEntry(const Field& field, absl::string_view payload, Entry* entry) {
  absl::Span<const Field> fields = field.message().fields();
  bool has_value = false;
  WireReader reader(payload);
  WireTag tag;
  while (!reader.done()) {
    if (!reader.ReadTag(&tag)) return false;
    WireValue value;
    if (!ReadWireValue(tag, &reader, &value)) return false;
    if (tag.number == 1 && Fits(fields[0], tag.type)) entry->key = value;
    if (tag.number != 2 || !Fits(fields[1], tag.type)) continue;
    if (has_value && fields[1].is_message()) {
      entry->more.push_back(value.bytes);
      continue;
    }
    entry->value = value;
    has_value = true;
  }
  entry->unknown = has_value && IsUnknownEnum(fields[1], entry->value);
  return true;
}

// Without `keys` the key is known not to come again.
bool JsonEncoder::PrintEntry(const Field& field, const Entry& entry, KeySet* keys,
                             char* separator) {
  out_.Put(*separator);
  *separator = ',';
  size_t begin = out_.size();
  if (!PrintMapKey(field.message().fields()[0], entry.key)) return false;
  if (keys != nullptr && !keys->Insert(out_, begin)) return OutOfOrder();
  out_.Put(':');
  return PrintEntryValue(field.message().fields()[1], entry);
}

bool JsonEncoder::PrintEntryValue(const Field& field, const Entry& entry) {
  if (entry.more.empty()) return PrintValue(field, entry.value);
  std::vector<absl::string_view> pieces = entry.more;
  pieces.insert(pieces.begin(), entry.value.bytes);
  return PrintContent(field.message(), pieces);
}

void JsonEncoder::PrintDefaultFields(int end, Object* object) {
  for (; object->next < end; ++object->next) {
    const Field& field = object->schema.fields()[object->next];
    if (field.explicit_presence) continue;
    PrintKey(field, object);
    PrintDefault(field);
  }
}

void JsonEncoder::PrintDefault(const Field& field) {
  if (field.map) {
    out_.Put("{}");
  } else if (field.repeated) {
    out_.Put("[]");
  } else {
    PrintValue(field, WireValue());
  }
}

}  // namespace trestle
