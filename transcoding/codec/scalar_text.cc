#include "trestle/transcoding/codec/scalar_text.h"

#include "absl/base/casts.h"
#include "absl/strings/str_cat.h"
#include "trestle/transcoding/codec/number_parser.h"
#include "trestle/transcoding/codec/number_writer.h"
#include "trestle/transcoding/codec/wire_format.h"

namespace trestle {
namespace {

bool ParseEnum(absl::string_view text, const Field& field, EnumSpelling spelling, uint64_t* bits) {
  const EnumSchema& type = *field.enum_type;
  absl::optional<int32_t> number = ParseEnumName(text, type, spelling);
  if (!number.has_value()) {
    int32_t parsed;
    if (!ParseInt32(text, &parsed)) return false;
    if (field.closed_enum && type.NameOf(parsed).empty()) return false;
    number = parsed;
  }
  *bits = static_cast<uint64_t>(int64_t{*number});
  return true;
}

bool ParseInt32Bits(absl::string_view text, Kind kind, uint64_t* bits) {
  int32_t value;
  if (!ParseInt32(text, &value)) return false;
  *bits = kind == Kind::kSint32 ? ZigZag(value) : static_cast<uint64_t>(int64_t{value});
  return true;
}

bool ParseInt64Bits(absl::string_view text, Kind kind, uint64_t* bits) {
  int64_t value;
  if (!ParseInt64(text, &value)) return false;
  *bits = kind == Kind::kSint64 ? ZigZag(value) : static_cast<uint64_t>(value);
  return true;
}

bool ParseUint32Bits(absl::string_view text, uint64_t* bits) {
  uint32_t value;
  if (!ParseUint32(text, &value)) return false;
  *bits = value;
  return true;
}

bool ParseDoubleBits(absl::string_view text, uint64_t* bits) {
  double value;
  if (!ParseDouble(text, &value)) return false;
  *bits = absl::bit_cast<uint64_t>(value);
  return true;
}

bool ParseFloatBits(absl::string_view text, uint64_t* bits) {
  float value;
  if (!ParseFloat(text, &value)) return false;
  *bits = absl::bit_cast<uint32_t>(value);
  return true;
}

bool ParseBoolBits(absl::string_view text, uint64_t* bits) {
  bool value;
  if (!ParseBool(text, &value)) return false;
  *bits = value ? 1 : 0;
  return true;
}

}  // namespace

bool ParseBool(absl::string_view text, bool* value) {
  *value = text == "true";
  return *value || text == "false";
}

absl::optional<int32_t> ParseEnumName(absl::string_view text, const EnumSchema& type,
                                      EnumSpelling spelling) {
  const int32_t* number = type.NumberOf(text);
  if (number == nullptr && spelling.short_names) number = type.NumberOfShort(text);
  if (number == nullptr && spelling.any_case) number = type.NumberOfIgnoringCase(text);
  if (number == nullptr && spelling.any_case && spelling.short_names) {
    number = type.NumberOfShortIgnoringCase(text);
  }
  return number == nullptr ? absl::nullopt : absl::make_optional(*number);
}

bool ParseScalar(absl::string_view text, const Field& field, EnumSpelling spelling,
                 uint64_t* bits) {
  switch (field.kind) {
    case Kind::kInt32:
    case Kind::kSint32:
    case Kind::kSfixed32:
      return ParseInt32Bits(text, field.kind, bits);
    case Kind::kInt64:
    case Kind::kSint64:
    case Kind::kSfixed64:
      return ParseInt64Bits(text, field.kind, bits);
    case Kind::kUint32:
    case Kind::kFixed32:
      return ParseUint32Bits(text, bits);
    case Kind::kUint64:
    case Kind::kFixed64:
      return ParseUint64(text, bits);
    case Kind::kDouble:
      return ParseDoubleBits(text, bits);
    case Kind::kFloat:
      return ParseFloatBits(text, bits);
    case Kind::kBool:
      return ParseBoolBits(text, bits);
    case Kind::kEnum:
      return ParseEnum(text, field, spelling, bits);
    default:
      return false;
  }
}

std::string Expected(const Field& field) {
  switch (field.kind) {
    case Kind::kInt32:
    case Kind::kSint32:
    case Kind::kSfixed32:
      return "an int32";
    case Kind::kInt64:
    case Kind::kSint64:
    case Kind::kSfixed64:
      return "an int64";
    case Kind::kUint32:
    case Kind::kFixed32:
      return "a uint32";
    case Kind::kUint64:
    case Kind::kFixed64:
      return "a uint64";
    case Kind::kDouble:
      return "a double";
    case Kind::kFloat:
      return "a float";
    case Kind::kBool:
      return "a bool";
    case Kind::kString:
      return "a string";
    case Kind::kBytes:
      return "base64";
    case Kind::kEnum:
      return absl::StrCat("a value of ", field.enum_type->full_name(), " (",
                          field.enum_type->name_list(), ")");
    default:
      return Expected(field.message());
  }
}

std::string Expected(const Schema& message) {
  switch (message.well_known()) {
    case WellKnown::kTimestamp:
      return "an RFC 3339 timestamp";
    case WellKnown::kDuration:
      return "a duration in seconds such as \"1.5s\"";
    case WellKnown::kFieldMask:
      return "a list of field paths in camelCase, separated by commas";
    case WellKnown::kListValue:
      return "an array";
    case WellKnown::kWrapper:
      return Expected(message.fields()[0]);
    default:
      return "an object";
  }
}

void AppendScalarText(uint64_t bits, const Field& field, std::string* text) {
  char buffer[kMaxNumberText];
  char* end = buffer;
  switch (field.kind) {
    case Kind::kSint32:
      end = WriteInt64(UnZigZag(static_cast<uint32_t>(bits)), buffer);
      break;
    case Kind::kSint64:
      end = WriteInt64(UnZigZag(bits), buffer);
      break;
    case Kind::kInt32:
    case Kind::kSfixed32:
      end = WriteInt64(static_cast<int32_t>(bits), buffer);
      break;
    case Kind::kInt64:
    case Kind::kSfixed64:
      end = WriteInt64(static_cast<int64_t>(bits), buffer);
      break;
    case Kind::kDouble:
      end = WriteDouble(absl::bit_cast<double>(bits), buffer);
      break;
    case Kind::kFloat:
      end = WriteFloat(absl::bit_cast<float>(static_cast<uint32_t>(bits)), buffer);
      break;
    case Kind::kBool:
      text->append(bits != 0 ? "true" : "false");
      return;
    case Kind::kEnum: {
      absl::string_view name = field.enum_type->NameOf(static_cast<int32_t>(bits));
      text->append(name.data(), name.size());
      if (name.empty()) end = WriteInt64(static_cast<int32_t>(bits), buffer);
      break;
    }
    default:
      end = WriteUint64(field.kind == Kind::kUint32 ? static_cast<uint32_t>(bits) : bits, buffer);
  }
  text->append(buffer, end - buffer);
}

}  // namespace trestle
