// JsonDecoder: objects, fields, lists and scalars.
//
// Each Read function reads one JSON value and writes its wire form. The length of a nested message
// or a packed list is not known before its content has been read, so WireWriter leaves a byte for
// it and expands longer lengths at the end. Keys usually arrive in field order: an object remembers
// the field that its next key is expected to name, and hashes the key only if it names another one.
// Duplicate keys and second members of a oneof are found by bits in `seen_`, a stack with one frame
// for each open object. Most integers are short and are read without a separate pass over their
// digits. Everything about faults is in json_decoder_fault.cc, off the path of valid text.

#include "trestle/transcoding/codec/json_decoder.h"

#include <limits>

#include "trestle/transcoding/codec/base64.h"
#include "trestle/transcoding/codec/quote.h"
#include "trestle/transcoding/codec/wire_format.h"

namespace trestle {
namespace {

// Returns true for fields for which JSON null is a value (R53).
bool TakesNull(const Field& field) {
  if (field.kind == Kind::kEnum) return field.enum_type->is_null_value();
  return field.is_message() && field.message().well_known() == WellKnown::kValue;
}

bool IsNumeric(Kind kind) {
  return kind != Kind::kBool && kind != Kind::kEnum && WireTypeOf(kind) != WireType::kBytes;
}

// The greatest depth of the wire form, which can be deeper than the text: a level of a Struct is
// three messages, one of a ListValue two. A caller that admits deeper JSON than protobuf's parsers
// read by default has backends that read more.
int MaxWireDepth(const JsonReadOptions& options) {
  return options.max_depth <= kMaxMessageDepth ? kMaxMessageDepth : std::numeric_limits<int>::max();
}

bool IsZigZag(Kind kind) { return kind == Kind::kSint32 || kind == Kind::kSint64; }

// Returns true if every short integer that begins with `first` is a value of `kind`.
bool TakesShortInteger(Kind kind, char first) {
  switch (kind) {
    case Kind::kInt32:
    case Kind::kInt64:
    case Kind::kSint32:
    case Kind::kSint64:
    case Kind::kSfixed32:
    case Kind::kSfixed64:
      return true;
    case Kind::kUint32:
    case Kind::kUint64:
    case Kind::kFixed32:
    case Kind::kFixed64:
      return first != '-';
    default:
      return false;
  }
}

}  // namespace

JsonDecoder::JsonDecoder(absl::string_view json, const JsonReadOptions& options, CodecMeter* meter,
                         std::string* wire)
    : reader_(json, options.max_depth, meter),
      options_(options),
      spelling_(SpellingOf(options)),
      wire_(wire, json.size() + 16, meter),
      max_wire_depth_(MaxWireDepth(options)),
      types_memory_(meter) {}

bool JsonDecoder::DecodeMessage(const Schema& message) { return Finish(ReadContent(message)); }

bool JsonDecoder::DecodeField(const Field& field) {
  return Finish(ReadField(field) || Within(field));
}

bool JsonDecoder::Finish(bool decoded) {
  decoded = decoded && reader_.ReadEnd();
  if (decoded) wire_.Finish();
  if (!reader_.ok()) {
    fault_ = {reader_.error_offset(), "", "", std::string(reader_.error())};
  }
  return decoded;
}

JsonDecoder::Object JsonDecoder::OpenObject(const Schema& schema) {
  size_t bits = schema.fields().size() + static_cast<size_t>(schema.oneof_count());
  Object object{schema, seen_.size()};
  seen_.resize(seen_.size() + (bits + 63) / 64);
  return object;
}

// Returns false if the bit was set before.
bool JsonDecoder::MarkSeen(const Object& object, int bit) {
  uint64_t& word = seen_[object.seen + static_cast<size_t>(bit) / 64];
  uint64_t mask = uint64_t{1} << (bit % 64);
  bool fresh = (word & mask) == 0;
  word |= mask;
  return fresh;
}

bool JsonDecoder::IsSeen(const Object& object, int bit) const {
  return (seen_[object.seen + static_cast<size_t>(bit) / 64] >> (bit % 64) & 1) != 0;
}

bool JsonDecoder::ReadContent(const Schema& schema) {
  WellKnown type = schema.well_known();
  if (type != WellKnown::kNone && type != WellKnown::kHttpBody) return ReadWellKnown(schema);
  return ReadObject(schema);
}

bool JsonDecoder::ReadObject(const Schema& schema) {
  if (reader_.Peek() != '{') return Mismatch(schema);
  Object object = OpenObject(schema);
  absl::string_view key;
  for (bool more = reader_.FirstKey(&key); more; more = reader_.NextKey(&key)) {
    if (!ReadMember(key, &object)) return false;
  }
  CloseObject(object);
  return reader_.ok();
}

bool JsonDecoder::ReadMember(absl::string_view key, Object* object) {
  const Field* field = object->schema.FindByJsonName(key, &object->next);
  if (field == nullptr) return ReadUnknownMember(key);
  const size_t key_offset = reader_.key_offset();
  if (!MarkSeen(*object, field->index)) {
    return FieldFault(key_offset, "is given twice") || WithinMember(*field, key_offset);  // R67
  }
  if (field->oneof >= 0 && (reader_.Peek() != 'n' || TakesNull(*field))) {
    int bit = static_cast<int>(object->schema.fields().size()) + field->oneof;
    if (!MarkSeen(*object, bit)) return TwoOfOneof(*field, *object);  // R66
  }
  return ReadField(*field) || WithinMember(*field, key_offset);
}

bool JsonDecoder::ReadUnknownMember(absl::string_view key) {
  if (options_.ignore_unknown_fields) return reader_.SkipValue();
  if (key.empty()) return Fault(reader_.key_offset(), "\"\" is not a known field");
  FieldFault(reader_.key_offset(), "is not a known field");  // R50
  unknown_key_ = true;
  PrependPath(Excerpt(key));
  return false;
}

bool JsonDecoder::ReadField(const Field& field) {
  if (reader_.Peek() == 'n' && (field.repeated || !TakesNull(field))) return reader_.ReadNull();
  if (field.map) return ReadMap(field);
  if (field.repeated) return ReadList(field);
  return ReadSingular(field);
}

bool JsonDecoder::ReadSingular(const Field& field) {
  if (field.is_message()) return ReadMessageField(field);
  return ReadScalar(field) != ReadResult::kFault;
}

bool JsonDecoder::ReadMessageField(const Field& field) {
  if (!Descend()) return false;
  if (field.kind == Kind::kGroup) {
    wire_.Varint(field.tag);
    if (!ReadContent(field.message())) return false;
    wire_.Varint(MakeTag(field.number, WireType::kEndGroup));
  } else {
    WireWriter::Mark mark = wire_.Open(field.tag);
    if (!ReadContent(field.message())) return false;
    wire_.Close(mark);
  }
  Ascend();
  return true;
}

// R65
bool JsonDecoder::ReadList(const Field& field) {
  if (reader_.Peek() != '[') return MismatchAt(reader_.offset(), "an array");
  WireWriter::Mark mark{};
  if (field.packed) mark = wire_.Open(MakeTag(field.number, WireType::kBytes));
  size_t begin = wire_.out().size();
  int index = 0;
  for (bool more = reader_.FirstElement(); more; more = reader_.NextElement(), ++index) {
    bool read = field.packed ? ReadPackedElement(field) : ReadElement(field);
    if (!read) return WithinElement(index);
  }
  if (!field.packed) return reader_.ok();
  if (wire_.out().size() == begin) {
    wire_.Drop(mark);
  } else {
    wire_.Close(mark);
  }
  return reader_.ok();
}

bool JsonDecoder::ReadPackedElement(const Field& field) {
  uint64_t bits;
  ReadResult result = ReadBits(field, &bits);
  if (result == ReadResult::kValue) {
    Output& out = wire_.out();
    out.Advance(WriteScalarBits(WireTypeOf(field.kind), bits, out.Reserve(10)));
  }
  return result != ReadResult::kFault;
}

bool JsonDecoder::ReadElement(const Field& field) {
  if (field.is_message()) return ReadMessageField(field);
  return ReadScalar(field) != ReadResult::kFault;
}

// Writes a value with its tag. Omits a default if the field has no explicit presence (R55).
JsonDecoder::ReadResult JsonDecoder::ReadScalar(const Field& field) {
  if (field.kind == Kind::kString) return ReadText(field) ? ReadResult::kValue : ReadResult::kFault;
  if (field.kind == Kind::kBytes) return ReadBytes(field) ? ReadResult::kValue : ReadResult::kFault;
  uint64_t bits;
  ReadResult result = ReadBits(field, &bits);
  if (result != ReadResult::kValue) return result;
  if (bits == 0 && !field.explicit_presence && !field.repeated) return result;
  wire_.Scalar(field.tag, WireTypeOf(field.kind), bits);
  return result;
}

bool JsonDecoder::ReadText(const Field& field) {
  if (reader_.Peek() != '"') return Mismatch(field);
  absl::string_view text;
  if (!reader_.ReadString(&text)) return false;
  if (text.empty() && !field.explicit_presence && !field.repeated) return true;
  wire_.Bytes(field.tag, text);
  return true;
}

// R61. Decodes the bytes after the space for the longest possible tag and length, then moves them
// to the actual end of the length.
bool JsonDecoder::ReadBytes(const Field& field) {
  if (reader_.Peek() != '"') return Mismatch(field);
  size_t offset = reader_.offset();
  absl::string_view text;
  if (!reader_.ReadString(&text)) return false;
  if (text.empty() && !field.explicit_presence && !field.repeated) return true;
  char* out = wire_.out().Reserve(MaxDecodedSize(text.size()) + 15);
  char* bytes = out + 15;
  char* end = ReadBase64(text, bytes);
  if (end == nullptr) return MismatchAt(offset, Expected(field));
  size_t size = static_cast<size_t>(end - bytes);
  out = WriteVarint(size, WriteVarint(field.tag, out));
  memmove(out, bytes, size);
  wire_.out().Advance(out + size);
  return true;
}

// R58 to R60, R62. Reads the bits that follow a tag on the wire.
JsonDecoder::ReadResult JsonDecoder::ReadBits(const Field& field, uint64_t* bits) {
  char first = reader_.Peek();
  if (TakesShortInteger(field.kind, first) && reader_.TakeShortInteger(bits)) {
    if (IsZigZag(field.kind)) *bits = ZigZag(static_cast<int64_t>(*bits));
    return ReadResult::kValue;
  }
  size_t offset = reader_.offset();
  absl::string_view text;
  bool boolean;
  if (first == '"' && field.kind == Kind::kEnum) return ReadEnumName(field, bits);
  if (first == '"' && IsNumeric(field.kind)) {
    if (!reader_.ReadString(&text)) return ReadResult::kFault;
  } else if ((first == '-' || (first >= '0' && first <= '9')) && field.kind != Kind::kBool) {
    if (!reader_.ReadNumber(&text)) return ReadResult::kFault;
  } else if ((first == 't' || first == 'f') && field.kind == Kind::kBool) {
    if (!reader_.ReadBool(&boolean)) return ReadResult::kFault;
    *bits = boolean ? 1 : 0;
    return ReadResult::kValue;
  } else if (first == 'n' && TakesNull(field)) {
    *bits = 0;
    return reader_.ReadNull() ? ReadResult::kValue : ReadResult::kFault;
  }
  if (!text.empty() && ParseScalar(text, field, spelling_, bits)) return ReadResult::kValue;
  MismatchAt(offset, Expected(field));
  return ReadResult::kFault;
}

// R57
JsonDecoder::ReadResult JsonDecoder::ReadEnumName(const Field& field, uint64_t* bits) {
  size_t offset = reader_.offset();
  absl::string_view name;
  if (!reader_.ReadString(&name)) return ReadResult::kFault;
  absl::optional<int32_t> number = ParseEnumName(name, *field.enum_type, spelling_);
  if (number.has_value()) {
    *bits = static_cast<uint64_t>(int64_t{*number});
    return ReadResult::kValue;
  }
  if (options_.ignore_unknown_fields) return ReadResult::kUnknownEnum;
  MismatchAt(offset, Expected(field));
  return ReadResult::kFault;
}

}  // namespace trestle
