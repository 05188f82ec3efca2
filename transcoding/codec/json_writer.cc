#include "trestle/transcoding/codec/json_writer.h"

#include <cmath>

#include "absl/base/casts.h"
#include "trestle/transcoding/codec/base64.h"
#include "trestle/transcoding/codec/number_writer.h"
#include "trestle/transcoding/codec/wire_format.h"

namespace trestle {
namespace {

template <typename Number>
char* WriteQuoted(Number value, char* (*write)(Number, char*), char* out) {
  *out++ = '"';
  out = write(value, out);
  *out++ = '"';
  return out;
}

char* WriteInt(int64_t value, Int64Form form, char* out) {
  return form == Int64Form::kNumber ? WriteInt64(value, out) : WriteQuoted(value, &WriteInt64, out);
}

char* WriteUint(uint64_t value, Int64Form form, char* out) {
  return form == Int64Form::kNumber ? WriteUint64(value, out)
                                    : WriteQuoted(value, &WriteUint64, out);
}

char* WriteDoubleBits(uint64_t bits, char* out) {
  const double value = absl::bit_cast<double>(bits);
  return std::isfinite(value) ? WriteDouble(value, out) : WriteQuoted(value, &WriteDouble, out);
}

char* WriteFloatBits(uint32_t bits, char* out) {
  const float value = absl::bit_cast<float>(bits);
  return std::isfinite(value) ? WriteFloat(value, out) : WriteQuoted(value, &WriteFloat, out);
}

}  // namespace

char* WriteJsonNumber(Kind kind, uint64_t bits, Int64Form form, char* out) {
  uint32_t bits32 = static_cast<uint32_t>(bits);
  switch (kind) {
    case Kind::kInt32:
    case Kind::kSfixed32:
      return WriteInt64(static_cast<int32_t>(bits32), out);
    case Kind::kSint32:
      return WriteInt64(UnZigZag(bits32), out);
    case Kind::kUint32:
    case Kind::kFixed32:
      return WriteUint64(bits32, out);
    case Kind::kInt64:
    case Kind::kSfixed64:
      return WriteInt(static_cast<int64_t>(bits), form, out);
    case Kind::kSint64:
      return WriteInt(UnZigZag(bits), form, out);
    case Kind::kUint64:
    case Kind::kFixed64:
      return WriteUint(bits, form, out);
    case Kind::kDouble:
      return WriteDoubleBits(bits, out);
    case Kind::kFloat:
      return WriteFloatBits(bits32, out);
    default:
      return out;  // not a number
  }
}

void WriteJsonBytes(absl::string_view bytes, Output* out) {
  char* at = out->Reserve(Base64Size(bytes.size()) + 2);
  *at++ = '"';
  at = WriteBase64(bytes, at);
  *at++ = '"';
  out->Advance(at);
}

}  // namespace trestle
