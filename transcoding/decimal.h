// Numbers in header fields: digits, and nothing else.

#ifndef TRESTLE_TRANSCODING_DECIMAL_H_
#define TRESTLE_TRANSCODING_DECIMAL_H_

#include <cstdint>
#include <limits>

#include "absl/strings/string_view.h"

namespace trestle {

// Parses 1*DIGIT as HTTP and gRPC define their numbers: no sign, white space, point, exponent or
// prefix such as "0x". Returns false, and leaves `*value` alone, for any other text and for a
// number above 2^64 - 1.
inline bool ParseDecimal(absl::string_view text, uint64_t* value) {
  constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max();
  if (text.empty()) return false;
  uint64_t parsed = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return false;
    const uint64_t digit = static_cast<uint64_t>(c - '0');
    if (parsed > (kMax - digit) / 10) return false;
    parsed = parsed * 10 + digit;
  }
  *value = parsed;
  return true;
}

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_DECIMAL_H_
