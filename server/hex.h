// Bytes as hexadecimal digits.

#ifndef TRESTLE_SERVER_HEX_H_
#define TRESTLE_SERVER_HEX_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace trestle {

// Returns the value of a lower-case hexadecimal digit, or -1.
constexpr int HexValue(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  return -1;
}

// Parses exactly 2 * N lower-case digits. Returns false for any other text.
template <size_t N>
bool ParseHex(absl::string_view text, std::array<uint8_t, N>* bytes) {
  if (text.size() != 2 * N) return false;
  for (size_t i = 0; i < N; ++i) {
    const int high = HexValue(text[2 * i]);
    const int low = HexValue(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    (*bytes)[i] = static_cast<uint8_t>(high << 4 | low);
  }
  return true;
}

// Writes 2 * N lower-case digits at `out`. Returns the end of the output.
template <size_t N>
char* WriteHex(const std::array<uint8_t, N>& bytes, char* out) {
  constexpr char kDigits[] = "0123456789abcdef";
  for (const uint8_t byte : bytes) {
    *out++ = kDigits[byte >> 4];
    *out++ = kDigits[byte & 15];
  }
  return out;
}

// Appends 2 * N lower-case digits.
template <size_t N>
void AppendHex(const std::array<uint8_t, N>& bytes, std::string* out) {
  std::array<char, 2 * N> digits;
  WriteHex(bytes, digits.data());
  out->append(digits.data(), digits.size());
}

template <size_t N>
std::string ToHex(const std::array<uint8_t, N>& bytes) {
  std::string text;
  AppendHex(bytes, &text);
  return text;
}

}  // namespace trestle

#endif  // TRESTLE_SERVER_HEX_H_
