// JsonDecoder: messages whose JSON is not an object of their fields (mapping.md R68-R74).
//
// The members of an Any can be read only once its "@type" is known, which may be the last member.
// If it is not the first one, FindType scans ahead. The scan records the "@type" of every object
// within as well, so that nested Anys do not cause a scan each, and the whole text is scanned at
// most once.

#include <utility>

#include "absl/base/casts.h"
#include "absl/strings/str_cat.h"
#include "trestle/transcoding/codec/any_type.h"
#include "trestle/transcoding/codec/json_decoder.h"
#include "trestle/transcoding/codec/key_set.h"
#include "trestle/transcoding/codec/number_parser.h"
#include "trestle/transcoding/codec/quote.h"
#include "trestle/transcoding/codec/well_known.h"
#include "trestle/transcoding/codec/wire_format.h"

namespace trestle {
namespace {

constexpr uint32_t Tag(int32_t number, Kind kind) { return MakeTag(number, WireTypeOf(kind)); }

// google/protobuf/struct.proto and any.proto
constexpr uint32_t kStructFields = Tag(1, Kind::kMessage);
constexpr uint32_t kEntryKey = Tag(1, Kind::kString);
constexpr uint32_t kEntryValue = Tag(2, Kind::kMessage);
constexpr uint32_t kListValues = Tag(1, Kind::kMessage);
constexpr uint32_t kValueNull = Tag(1, Kind::kEnum);
constexpr uint32_t kValueNumber = Tag(2, Kind::kDouble);
constexpr uint32_t kValueString = Tag(3, Kind::kString);
constexpr uint32_t kValueBool = Tag(4, Kind::kBool);
constexpr uint32_t kValueStruct = Tag(5, Kind::kMessage);
constexpr uint32_t kValueList = Tag(6, Kind::kMessage);
constexpr uint32_t kAnyTypeUrl = Tag(1, Kind::kString);
constexpr uint32_t kAnyValue = Tag(2, Kind::kBytes);

constexpr char kTypeUrl[] = "a type URL such as \"type.googleapis.com/library.v1.Book\"";

// Returns true for types whose JSON an Any has under "value" instead of among its members. Some
// writers do the same for Empty, which is accepted.
bool IsUnderValue(const Schema& type) {
  return type.well_known() != WellKnown::kNone && type.well_known() != WellKnown::kHttpBody;
}

}  // namespace

bool JsonDecoder::ReadWellKnown(const Schema& schema) {
  switch (schema.well_known()) {
    case WellKnown::kAny:
      return ReadAny(schema);
    case WellKnown::kStruct:
      return reader_.Peek() == '{' ? ReadStruct() : Mismatch(schema);
    case WellKnown::kListValue:
      return reader_.Peek() == '[' ? ReadListValue() : Mismatch(schema);
    case WellKnown::kValue:
      return ReadValue();
    case WellKnown::kWrapper:
      return ReadScalar(schema.fields()[0]) != ReadResult::kFault;  // R71
    default:
      return ReadTextual(schema);
  }
}

// Timestamp, Duration, FieldMask.
bool JsonDecoder::ReadTextual(const Schema& schema) {
  if (reader_.Peek() != '"') return Mismatch(schema);
  size_t offset = reader_.offset();
  absl::string_view text;
  if (!reader_.ReadString(&text)) return false;
  text_.clear();
  if (!TextToWellKnown(schema.well_known(), text, MaskSpelling::kCamelCase, &text_)) {
    return MismatchAt(offset, Expected(schema));
  }
  wire_.out().Put(text_);
  return true;
}

bool JsonDecoder::ReadStruct() {
  KeySet keys;
  absl::string_view key;
  for (bool more = reader_.FirstKey(&key); more; more = reader_.NextKey(&key)) {
    size_t key_offset = reader_.key_offset();
    if (!ReadStructEntry(key, &keys)) return WithinKey(key_offset);
  }
  return reader_.ok();
}

bool JsonDecoder::ReadStructEntry(absl::string_view key, KeySet* keys) {
  if (!Descend()) return false;
  WireWriter::Mark entry = wire_.Open(kStructFields);
  size_t begin = wire_.out().size();
  wire_.Bytes(kEntryKey, key);
  if (!keys->Insert(wire_.out(), begin)) {
    return FieldFault(reader_.key_offset(), "is given twice");
  }
  if (!ReadNestedValue(kEntryValue)) return false;
  wire_.Close(entry);
  Ascend();
  return true;
}

bool JsonDecoder::ReadListValue() {
  int index = 0;
  for (bool more = reader_.FirstElement(); more; more = reader_.NextElement(), ++index) {
    if (!ReadNestedValue(kListValues)) return WithinElement(index);
  }
  return reader_.ok();
}

bool JsonDecoder::ReadNestedValue(uint32_t tag) {
  if (!Descend()) return false;
  const WireWriter::Mark value = wire_.Open(tag);
  if (!ReadValue()) return false;
  wire_.Close(value);
  Ascend();
  return true;
}

// R72
bool JsonDecoder::ReadValue() {
  absl::string_view text;
  bool boolean = false;
  char first = reader_.Peek();
  if (first == '{' || first == '[') {
    if (!Descend()) return false;
    WireWriter::Mark mark = wire_.Open(first == '{' ? kValueStruct : kValueList);
    if (first == '{' ? !ReadStruct() : !ReadListValue()) return false;
    wire_.Close(mark);
    Ascend();
    return true;
  }
  switch (first) {
    case '"':
      if (!reader_.ReadString(&text)) return false;
      wire_.Bytes(kValueString, text);
      return true;
    case 't':
    case 'f':
      if (!reader_.ReadBool(&boolean)) return false;
      wire_.Scalar(kValueBool, WireType::kVarint, boolean ? 1 : 0);
      return true;
    case 'n':
      if (!reader_.ReadNull()) return false;
      wire_.Scalar(kValueNull, WireType::kVarint, 0);
      return true;
    default:
      return ReadNumberValue();
  }
}

bool JsonDecoder::ReadNumberValue() {
  size_t offset = reader_.offset();
  absl::string_view text;
  double number;
  char first = reader_.Peek();
  if (first != '-' && (first < '0' || first > '9')) return reader_.SkipValue();  // not a value
  if (!reader_.ReadNumber(&text)) return false;
  if (!ParseDouble(text, &number)) return MismatchAt(offset, "a double");
  wire_.Scalar(kValueNumber, WireType::kFixed64, absl::bit_cast<uint64_t>(number));
  return true;
}

// R73. The type must be known before the other members can be read.
bool JsonDecoder::ReadAny(const Schema& schema) {
  if (reader_.Peek() != '{') return Mismatch(schema);
  size_t object = reader_.offset();
  absl::string_view key;
  if (!reader_.FirstKey(&key)) return reader_.ok();  // {} is an empty Any
  const Schema* type;
  return ReadAnyType(object, key, schema.pool(), &type) && ReadAnyContent(*type, key);
}

// Reads the type URL, wherever it is in the object, and writes it. `key` is the first key of the
// object; nothing after it has been read.
bool JsonDecoder::ReadAnyType(size_t object, absl::string_view key, SchemaPool& pool,
                              const Schema** type) {
  size_t offset = reader_.offset();
  if (key != "@type" && !FindType(object, &offset)) return false;
  JsonReader ahead(reader_, offset);
  bool is_string = ahead.Peek() == '"';
  offset = ahead.offset();
  absl::string_view url;
  if (!is_string) return MismatchAt(offset, kTypeUrl);
  if (!ahead.ReadString(&url)) return SyntaxFault(ahead);
  if (AnyTypeName(url).empty()) return MismatchAt(offset, kTypeUrl);
  *type = pool.Find(AnyTypeName(url));
  if (*type == nullptr) return Fault(offset, absl::StrCat("unknown type ", Quote(url)));
  wire_.Bytes(kAnyTypeUrl, url);
  return true;
}

bool JsonDecoder::ReadAnyContent(const Schema& type, absl::string_view key) {
  // For parsers of the Any this is a bytes field, whose content is parsed separately.
  const int outer_depth = std::exchange(wire_depth_, 0);
  WireWriter::Mark mark = wire_.Open(kAnyValue);
  size_t begin = wire_.out().size();
  if (!ReadAnyMembers(type, key)) return false;
  if (wire_.out().size() == begin) {
    wire_.Drop(mark);  // `value` has implicit presence
  } else {
    wire_.Close(mark);
  }
  wire_depth_ = outer_depth;
  return true;
}

bool JsonDecoder::ReadAnyMembers(const Schema& type, absl::string_view key) {
  Object object = OpenObject(type);
  size_t begin = reader_.key_offset();
  int types = 0, values = 0;
  bool under_value = IsUnderValue(type);
  for (bool more = true; more; more = reader_.NextKey(&key)) {
    bool is_type = key == "@type";
    bool is_value = key == "value" && (under_value || type.full_name() == "google.protobuf.Empty");
    if ((is_type && ++types > 1) || (is_value && ++values > 1)) {
      return Fault(reader_.key_offset(), absl::StrCat(Quote(key), " is given twice"));
    }
    bool read = is_type       ? reader_.SkipValue()
                : is_value    ? ReadAnyValue(type)
                : under_value ? ReadUnknownMember(key)
                              : ReadMember(key, &object);
    if (!read) return false;
  }
  CloseObject(object);
  if (!reader_.ok()) return false;
  return !under_value || values == 1 || Fault(begin, "\"value\" is missing");
}

bool JsonDecoder::ReadAnyValue(const Schema& type) {
  if (ReadContent(type)) return true;
  PrependPath("value");
  return false;
}

bool JsonDecoder::FindType(size_t object, size_t* type) {
  if (object >= types_known_) {
    JsonReader ahead(reader_, object);
    if (!ScanForTypes(&ahead)) return SyntaxFault(ahead);
    types_known_ = ahead.offset();
  }
  auto found = types_.find(object);
  if (found == types_.end()) return Fault(object, "\"@type\" is missing");
  *type = found->second;
  return true;
}

bool JsonDecoder::ScanForTypes(JsonReader* reader) {
  char first = reader->Peek();
  size_t begin = reader->offset();
  if (first == '[') {
    for (bool more = reader->FirstElement(); more; more = reader->NextElement()) {
      if (!ScanForTypes(reader)) return false;
    }
    return reader->ok();
  }
  if (first != '{') return reader->SkipValue();
  absl::string_view key;
  for (bool more = reader->FirstKey(&key); more; more = reader->NextKey(&key)) {
    if (key == "@type") {
      types_.emplace(begin, reader->offset());
      types_memory_.Set(types_.capacity() * (sizeof(*types_.begin()) + 1));
    }
    if (!ScanForTypes(reader)) return false;
  }
  return reader->ok();
}

}  // namespace trestle
