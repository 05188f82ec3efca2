#include "trestle/transcoding/param.h"

#include <cstddef>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "trestle/transcoding/codec/base64.h"
#include "trestle/transcoding/codec/quote.h"
#include "trestle/transcoding/codec/scalar_text.h"
#include "trestle/transcoding/codec/time_text.h"
#include "trestle/transcoding/codec/utf8.h"
#include "trestle/transcoding/codec/well_known.h"
#include "trestle/transcoding/codec/wire_reader.h"
#include "trestle/transcoding/codec/wire_writer.h"

namespace trestle {
namespace {

bool IsInteger(Kind kind) {
  return kind != Kind::kDouble && kind != Kind::kFloat && kind != Kind::kBool &&
         kind != Kind::kEnum;
}

// Text to the wire -------------------------------------------------------------------

// Writes both parts even if they are zero: a path must override the value in a body (R31), which an
// absent part would not do.
bool AppendTime(WellKnown type, absl::string_view text, std::string* message) {
  SecondsAndNanos time;
  const bool ok =
      type == WellKnown::kTimestamp ? ParseTimestamp(text, &time) : ParseDuration(text, &time);
  if (!ok) return false;
  AppendVarintField(1, static_cast<uint64_t>(time.seconds), message);
  AppendVarintField(2, static_cast<uint64_t>(int64_t{time.nanos}), message);
  return true;
}

bool AppendField(absl::string_view text, const Field& field, EnumSpelling spelling,
                 std::string* wire);

// Appends a message that is written as text.
bool AppendMessage(absl::string_view text, const Schema& type, EnumSpelling spelling,
                   std::string* message) {
  switch (type.well_known()) {
    case WellKnown::kWrapper:
      return AppendField(text, type.fields()[0], spelling, message);
    case WellKnown::kFieldMask:
      return TextToWellKnown(WellKnown::kFieldMask, text, MaskSpelling::kEither, message);
    case WellKnown::kDuration:
    case WellKnown::kTimestamp:
      return AppendTime(type.well_known(), text, message);
    default:
      return false;
  }
}

bool AppendBytes(absl::string_view text, const Field& field, std::string* wire) {
  std::string bytes;
  if (!DecodeBase64(text, &bytes)) return false;
  AppendBytesField(field.number, bytes, wire);
  return true;
}

bool AppendNumber(absl::string_view text, const Field& field, EnumSpelling spelling,
                  std::string* wire) {
  if (IsInteger(field.kind) && text.find_first_of("eE") != text.npos) return false;  // R33
  uint64_t bits;
  if (!ParseScalar(text, field, spelling, &bits)) return false;
  AppendScalarField(field.number, field.kind, bits, wire);
  return true;
}

// Appends `field` with its tag and the value of `text`. Returns false if `text` is not valid.
bool AppendField(absl::string_view text, const Field& field, EnumSpelling spelling,
                 std::string* wire) {
  switch (field.kind) {
    case Kind::kString:
      if (!IsUtf8(text)) return false;
      AppendBytesField(field.number, text, wire);
      return true;
    case Kind::kBytes:
      return AppendBytes(text, field, wire);
    case Kind::kMessage: {
      std::string message;
      if (!AppendMessage(text, field.message(), spelling, &message)) return false;
      AppendBytesField(field.number, message, wire);
      return true;
    }
    case Kind::kGroup:
      return false;
    default:
      return AppendNumber(text, field, spelling, wire);
  }
}

// Describes the expected text. Unlike JSON, URLs accept a FieldMask in both spellings.
std::string ExpectedInUrl(const Field& field) {
  bool mask = field.is_message() && field.message().well_known() == WellKnown::kFieldMask;
  return mask ? "a list of field paths, separated by commas" : Expected(field);
}

absl::Status BadText(absl::string_view text, const Field& field) {
  if (!IsUtf8(text)) return absl::InvalidArgumentError(absl::StrCat(Quote(text), " is not UTF-8"));
  return absl::InvalidArgumentError(absl::StrCat(Quote(text), " is not ", ExpectedInUrl(field)));
}

// The wire to text -------------------------------------------------------------------

// Reads the bits of one scalar in its wire form.
absl::optional<uint64_t> ReadBits(absl::string_view value, Kind kind) {
  WireReader reader(value);
  uint64_t bits = 0;
  uint32_t low = 0;
  switch (WireTypeOf(kind)) {
    case WireType::kVarint:
      if (!reader.ReadVarint(&bits)) return absl::nullopt;
      return bits;
    case WireType::kFixed64:
      if (!reader.ReadFixed64(&bits)) return absl::nullopt;
      return bits;
    case WireType::kFixed32:
      if (!reader.ReadFixed32(&low)) return absl::nullopt;
      return low;
    default:
      return absl::nullopt;
  }
}

absl::Status Malformed(const Field& field) {
  return absl::InternalError(absl::StrCat("malformed bytes in field \"", field.name, "\""));
}

absl::StatusOr<std::string> WrapperText(absl::string_view message, const Field& value_field) {
  absl::string_view value;
  const absl::Status status = ForEachField(message, [&](WireTag tag, absl::string_view payload) {
    if (MakeTag(tag.number, tag.type) == value_field.tag) value = payload;
  });
  if (!status.ok()) return Malformed(value_field);
  return value.data() == nullptr ? DefaultParam(value_field) : WireToParam(value, value_field);
}

absl::StatusOr<std::string> MessageText(absl::string_view message, const Field& field) {
  const Schema& type = field.message();
  if (type.well_known() == WellKnown::kWrapper) return WrapperText(message, type.fields()[0]);
  std::string text;
  if (WellKnownToText(type.well_known(), message, MaskSpelling::kEither, &text)) return text;
  return absl::InvalidArgumentError(absl::StrCat("its value is not ", ExpectedInUrl(field)));
}

// Uses the URL-safe alphabet without padding, so that no escapes are needed.
std::string BytesText(absl::string_view bytes) {
  std::string text;
  AppendBase64(bytes, &text);
  text.erase(text.find_last_not_of('=') + 1);
  for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return text;
}

}  // namespace

absl::Status ParamToWire(absl::string_view text, const FieldPath& path,
                         const JsonReadOptions& options, std::string* wire) {
  const Field& leaf = *path.back();
  if (path.size() == 1) {
    return AppendField(text, leaf, SpellingOf(options), wire) ? absl::OkStatus()
                                                              : BadText(text, leaf);
  }
  std::string field;
  if (!AppendField(text, leaf, SpellingOf(options), &field)) return BadText(text, leaf);
  AppendNested(absl::MakeConstSpan(path).first(path.size() - 1), field, wire);
  return absl::OkStatus();
}

void AppendNested(absl::Span<const Field* const> parents, absl::string_view content,
                  std::string* wire) {
  // A length precedes its content, so lengths are computed from the innermost message outwards
  // first.
  absl::InlinedVector<size_t, 8> sizes(parents.size());
  size_t size = content.size();
  for (size_t i = parents.size(); i-- > 0;) {
    sizes[i] = size;
    const size_t tag_size = VarintSize(parents[i]->tag);
    size += tag_size + (parents[i]->kind == Kind::kGroup ? tag_size : VarintSize(size));
  }
  for (size_t i = 0; i < parents.size(); ++i) {
    AppendVarint(parents[i]->tag, wire);
    if (parents[i]->kind != Kind::kGroup) AppendVarint(sizes[i], wire);
  }
  wire->append(content.data(), content.size());
  for (size_t i = parents.size(); i-- > 0;) {
    if (parents[i]->kind == Kind::kGroup) AppendTag(parents[i]->number, WireType::kEndGroup, wire);
  }
}

absl::StatusOr<std::string> WireToParam(absl::string_view value, const Field& field) {
  switch (field.kind) {
    case Kind::kString:
      if (!IsUtf8(value)) {
        return absl::InvalidArgumentError(absl::StrCat(Quote(value), " is not UTF-8"));
      }
      return std::string(value);
    case Kind::kBytes:
      return BytesText(value);
    case Kind::kMessage:
    case Kind::kGroup:
      return MessageText(value, field);
    default:
      break;
  }
  const absl::optional<uint64_t> bits = ReadBits(value, field.kind);
  if (!bits.has_value()) return Malformed(field);
  std::string text;
  AppendScalarText(*bits, field, &text);
  return text;
}

std::string DefaultParam(const Field& field) {
  std::string text;
  if (field.kind != Kind::kString && field.kind != Kind::kBytes) AppendScalarText(0, field, &text);
  return text;
}

}  // namespace trestle
