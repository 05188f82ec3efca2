// JsonEncoder: values, which are numbers, strings, bytes, enums and nested messages.

#include "absl/strings/str_cat.h"
#include "trestle/transcoding/codec/json_encoder.h"
#include "trestle/transcoding/codec/json_string.h"
#include "trestle/transcoding/codec/json_writer.h"
#include "trestle/transcoding/codec/number_writer.h"

namespace trestle {

bool JsonEncoder::PrintValue(const Field& field, const WireValue& value) {
  switch (field.kind) {
    case Kind::kString:
      return PrintText(field, value.bytes);
    case Kind::kMessage:
    case Kind::kGroup:
      return PrintContent(field.message(), Pieces(&value.bytes, 1));
    case Kind::kBytes:
      WriteJsonBytes(value.bytes, &out_);
      return true;
    case Kind::kBool:
      out_.Put(value.bits != 0 ? "true" : "false");
      return true;
    case Kind::kEnum:
      PrintEnum(field, static_cast<int32_t>(value.bits));
      return true;
    default:
      out_.Advance(
          WriteJsonNumber(field.kind, value.bits, int64_form_, out_.Reserve(kMaxJsonNumber)));
      return true;
  }
}

// R63
bool JsonEncoder::PrintText(const Field& field, absl::string_view text) {
  if (WriteJsonString(text, &out_)) return true;
  return Fault(absl::StrCat("the string \"", field.name, "\" is not UTF-8"));
}

// R56, R57
void JsonEncoder::PrintEnum(const Field& field, int32_t number) {
  if (field.enum_type->is_null_value()) return out_.Put("null");
  const EnumSchema& type = *field.enum_type;
  absl::string_view name;
  if (!options_.enums_as_numbers) {
    name = options_.short_enum_names ? type.ShortNameOf(number) : type.NameOf(number);
  }
  char* out = out_.Reserve(name.size() + kMaxNumberText);
  if (name.empty()) return out_.Advance(WriteInt64(number, out));
  *out++ = '"';
  out = CopyBytes(name, out);
  *out++ = '"';
  out_.Advance(out);
}

// R64
bool JsonEncoder::PrintMapKey(const Field& field, const WireValue& key) {
  if (field.kind == Kind::kString) return PrintText(field, key.bytes);
  char* out = out_.Reserve(kMaxJsonNumber);
  *out++ = '"';
  if (field.kind == Kind::kBool) {
    out = CopyBytes(key.bits != 0 ? "true" : "false", out);
  } else {
    out = WriteJsonNumber(field.kind, key.bits, Int64Form::kNumber, out);
  }
  *out++ = '"';
  out_.Advance(out);
  return true;
}

}  // namespace trestle
