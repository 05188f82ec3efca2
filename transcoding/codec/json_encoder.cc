// JsonEncoder: objects and fields, in the order of the wire. See json_encoder.h for the two
// attempts and json_encoder_merge.cc for fields out of order.
//
// An object prints its "{" with its first member: `separator` is '{' at first and ',' afterwards. A
// list that turns out to be empty (an empty packed list, or only unknown enum numbers) is removed
// again with its key.

#include "trestle/transcoding/codec/json_encoder.h"

#include <algorithm>

#include "trestle/transcoding/codec/json_writer.h"
#include "trestle/transcoding/codec/wire_format.h"

namespace trestle {
namespace {

// Messages whose JSON is one value, not an object or an array. They do not count towards the depth
// of a message, so that whatever can be read from JSON of the greatest depth (D11) can be printed.
bool IsOneValue(WellKnown type) {
  switch (type) {
    case WellKnown::kDuration:
    case WellKnown::kFieldMask:
    case WellKnown::kTimestamp:
    case WellKnown::kValue:  // the Struct or ListValue in it counts
    case WellKnown::kWrapper:
      return true;
    default:
      return false;
  }
}

// The number of oneofs that are tracked while streaming.
constexpr int kMaxOneofs = 64;

bool IsDefault(const WireValue& value) { return value.bits == 0 && value.bytes.empty(); }

}  // namespace

JsonEncoder::JsonEncoder(const JsonWriteOptions& options, Order order, size_t expected,
                         CodecMeter* meter, std::string* json)
    : options_(options),
      int64_form_(options.int64_as_numbers ? Int64Form::kNumber : Int64Form::kString),
      order_(order),
      prints_unset_(options.always_print_defaults || options.null_for_unset),
      out_(json, expected, meter) {}

bool JsonEncoder::EncodeMessage(absl::string_view wire, const Schema& message) {
  return PrintContent(message, Pieces(&wire, 1));
}

bool JsonEncoder::EncodeField(absl::string_view wire, const Schema& message, const Field& field) {
  ScratchMemory memory(out_.meter());
  std::vector<Occurrence> found;
  if (!Collect(message, Pieces(&wire, 1), &memory, &found)) return false;
  const auto is_other = [&](const Occurrence& one) { return one.field != &field; };
  found.erase(std::remove_if(found.begin(), found.end(), is_other), found.end());
  if (found.empty()) return PrintUnset(field);
  return PrintMergedValue(found);
}

bool JsonEncoder::EndStep() {
  fields_left_ = CodecMeter::kFieldsInStep;
  if (out_.meter() != nullptr) out_.meter()->Pause(written());
  return !out_.is_refused();
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
  WellKnown type = schema.well_known();
  if (out_.is_refused()) return false;
  if (IsOneValue(type)) return PrintWellKnown(schema, pieces);
  if (depth_ >= kMaxMessageDepth) return Fault("messages are nested too deeply");
  ++depth_;
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

bool JsonEncoder::IsInOrder(const Schema& schema, absl::string_view wire) {
  if (schema.oneof_count() > kMaxOneofs) return false;
  WireReader reader(wire);
  WireTag tag;
  int next = 0;
  uint64_t oneofs = 0;
  const Field* last = nullptr;  // the field just before, if it is repeated
  while (!reader.done()) {
    if (!Tick() || !reader.ReadTag(&tag) || !reader.Skip(tag)) return false;
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

bool JsonEncoder::StreamMembers(absl::string_view wire, Object* object) {
  WireReader reader(wire);
  WireTag tag;
  while (!reader.done()) {
    if (!Tick()) return false;
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

// Moves to the next field on the wire if it is `field` again.
bool JsonEncoder::NextIs(const Field& field, WireTag* tag, WireReader* reader) {
  WireReader ahead = *reader;
  WireTag next;
  if (ahead.done() || !ahead.ReadTag(&next)) return false;
  if (next.number != field.number || !Fits(field, next.type)) return false;
  *reader = ahead;
  *tag = next;
  return true;
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

bool JsonEncoder::PrintElements(const Field& field, WireType type, const WireValue& value,
                                char* separator) {
  if (type != WireType::kBytes || !IsPackable(field.kind)) {
    return PrintElement(field, value, separator);
  }
  bool number = field.kind != Kind::kBool && field.kind != Kind::kEnum;
  WireReader reader(value.bytes);
  WireTag tag{field.number, WireTypeOf(field.kind)};
  while (!reader.done() && !out_.is_refused()) {
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

// A faster PrintElement for packed numbers.
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

// R54, R55
void JsonEncoder::PrintUnsetFields(int end, Object* object) {
  for (; object->next < end; ++object->next) {
    const Field& field = object->schema.fields()[object->next];
    if (field.explicit_presence) {
      if (!options_.null_for_unset || !field.null_if_unset) continue;
      PrintKey(field, object);
      out_.Put("null");
    } else if (options_.always_print_defaults) {
      PrintKey(field, object);
      PrintDefault(field);
    }
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
