#include "trestle/transcoding/codec/number_writer.h"

#include <charconv>
#include <cmath>
#include <cstring>

#include "absl/numeric/bits.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/codec/little_endian.h"

namespace trestle {
namespace {

absl::string_view SpecialText(double value) {
  if (value == 0) return "-0.0";
  if (std::isnan(value)) return "NaN";
  return value < 0 ? "-Infinity" : "Infinity";
}

template <typename Float>
char* WriteFloating(Float value, char* out) {
  // Many parsers read "-0" as an integer, which has no negative zero.
  bool negative_zero = value == 0 && std::signbit(value);
  if (std::isfinite(value) && !negative_zero) {
    return std::to_chars(out, out + kMaxNumberText, value).ptr;
  }
  absl::string_view text = SpecialText(value);
  memcpy(out, text.data(), text.size());
  return out + text.size();
}

constexpr uint64_t kTenTo8 = 100000000;
constexpr uint64_t kTenTo16 = kTenTo8 * kTenTo8;

// Returns the eight digits of `value`, which is below 10^8, one in a byte, the first one in the
// lowest byte. Splits the number in lanes of one word: into two of 4 digits, four of 2, then eight
// digits.
uint64_t EightDigits(uint64_t value) {
  uint64_t fours = value / 10000 | value % 10000 << 32;
  uint64_t hundreds = (fours * 10486 >> 20) & 0x0000007f0000007f;
  uint64_t twos = hundreds | (fours - 100 * hundreds) << 16;
  uint64_t tens = (twos * 103 >> 10) & 0x000f000f000f000f;
  return tens | (twos - 10 * tens) << 8;
}

constexpr uint64_t kEightZeros = 0x3030303030303030;  // "00000000"

char* WriteEightDigits(uint64_t value, char* out) {
  return WriteFixed64(EightDigits(value) | kEightZeros, out);
}

// Writes the same without leading zeros. They are shifted out, so that no branch depends on the
// number of digits. Always writes 8 bytes.
char* WriteUpToEightDigits(uint64_t value, char* out) {
  uint64_t digits = EightDigits(value);
  int zeros = absl::countr_zero(digits | uint64_t{1} << 56) / 8;  // the last digit stays
  WriteFixed64((digits | kEightZeros) >> (8 * zeros), out);
  return out + (8 - zeros);
}

}  // namespace

char* WriteInt64(int64_t value, char* out) {
  if (value >= 0) return WriteUint64(static_cast<uint64_t>(value), out);
  *out = '-';
  return WriteUint64(~static_cast<uint64_t>(value) + 1, out + 1);
}

// Not std::to_chars: its branches on the number of digits are mispredicted if lengths vary.
char* WriteUint64(uint64_t value, char* out) {
  if (value < kTenTo8) return WriteUpToEightDigits(value, out);
  if (value < 100 * kTenTo8) {  // all 32-bit numbers end here
    uint64_t high = value / kTenTo8;
    if (high >= 10) *out++ = static_cast<char>('0' + high / 10);
    *out++ = static_cast<char>('0' + high % 10);
    return WriteEightDigits(value % kTenTo8, out);
  }
  if (value < kTenTo16) {
    return WriteEightDigits(value % kTenTo8, WriteUpToEightDigits(value / kTenTo8, out));
  }
  out = WriteUpToEightDigits(value / kTenTo16, out);
  out = WriteEightDigits(value / kTenTo8 % kTenTo8, out);
  return WriteEightDigits(value % kTenTo8, out);
}

char* WriteDouble(double value, char* out) { return WriteFloating(value, out); }

char* WriteFloat(float value, char* out) { return WriteFloating(value, out); }

}  // namespace trestle
