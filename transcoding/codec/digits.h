// The text of JSON numbers: digits, eight at a time, and the grammar of numbers.

#ifndef TRESTLE_TRANSCODING_CODEC_DIGITS_H_
#define TRESTLE_TRANSCODING_CODEC_DIGITS_H_

#include <cstdint>

#include "absl/numeric/bits.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/codec/little_endian.h"

namespace trestle {

inline bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The value of a hexadecimal digit in either case, or -1.
inline int HexDigit(char c) {
  if (IsDigit(c)) return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// Removes `c` from the beginning of `*text`. Returns false if `*text` does not begin with it.
inline bool Take(char c, absl::string_view* text) {
  if (text->empty() || text->front() != c) return false;
  text->remove_prefix(1);
  return true;
}

// Returns how many of the eight characters in `word`, the first one in its lowest byte, are digits
// before the first character that is not one.
inline int CountDigits(uint64_t word) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  // The addition sets the top bit of bytes above '9', the subtraction that of bytes below '0'.
  // Carries and borrows reach only bytes above one that is marked already.
  const uint64_t marks = (word + kOnes * (0x80 - ('9' + 1))) | (word - kOnes * '0') | word;
  return absl::countr_zero(marks & (kOnes << 7)) / 8;
}

// Returns the number that the first `count` characters in `word`, 1 to 8 digits, represent.
inline uint64_t ParseDigits(uint64_t word, int count) {
  word <<= 64 - 8 * count;  // fills the front with zeros, which count as the digit 0
  word = (word & 0x0f0f0f0f0f0f0f0f) * (10 << 8 | 1) >> 8;
  word = (word & 0x00ff00ff00ff00ff) * (100 << 16 | 1) >> 16;
  return (word & 0x0000ffff0000ffff) * (uint64_t{10000} << 32 | 1) >> 32;
}

// Returns the first character in [at, end) that is not a digit, or `end`.
inline const char* SkipDigits(const char* at, const char* end) {
  while (end - at >= 8) {
    const int count = CountDigits(LoadFixed64(at));
    at += count;
    if (count < 8) return at;
  }
  while (at != end && IsDigit(*at)) ++at;
  return at;
}

// Skips int = "0" / ( digit1-9 *DIGIT ). Returns nullptr for anything else.
inline const char* SkipInt(const char* at, const char* end) {
  if (at == end || !IsDigit(*at)) return nullptr;
  return *at == '0' ? at + 1 : SkipDigits(at, end);
}

// Skips 1*DIGIT. Returns nullptr for anything else.
inline const char* SkipSomeDigits(const char* at, const char* end) {
  return at == end || !IsDigit(*at) ? nullptr : SkipDigits(at, end);
}

// Skips [ "." 1*DIGIT ] [ ("e" / "E") [ "-" / "+" ] 1*DIGIT ]. Returns nullptr if it is incomplete.
inline const char* SkipFractionAndExponent(const char* at, const char* end) {
  if (at != end && *at == '.') at = SkipSomeDigits(at + 1, end);
  if (at == nullptr || at == end || (*at | 0x20) != 'e') return at;
  ++at;
  if (at != end && (*at == '-' || *at == '+')) ++at;
  return SkipSomeDigits(at, end);
}

// Skips number = [ "-" ] int [ frac ] [ exp ] (RFC 8259 section 6). Returns the first character
// after it, or nullptr if there is no complete number at `at`.
inline const char* SkipNumber(const char* at, const char* end) {
  if (at != end && *at == '-') ++at;
  at = SkipInt(at, end);
  return at == nullptr ? nullptr : SkipFractionAndExponent(at, end);
}

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_DIGITS_H_
