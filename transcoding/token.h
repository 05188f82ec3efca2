// HTTP tokens: methods and field names.

#ifndef TRESTLE_TRANSCODING_TOKEN_H_
#define TRESTLE_TRANSCODING_TOKEN_H_

#include <array>

#include "absl/strings/string_view.h"

namespace trestle {

namespace token_internal {

// True for each byte that is a tchar (RFC 9110 5.6.2).
constexpr std::array<bool, 256> TokenChars() {
  std::array<bool, 256> is_token_char{};
  for (char c : {'!', '#', '$', '%', '&', '\'', '*', '+', '-', '.', '^', '_', '`', '|', '~'}) {
    is_token_char[static_cast<unsigned char>(c)] = true;
  }
  for (unsigned char c = '0'; c <= '9'; ++c) is_token_char[c] = true;
  for (unsigned char c = 'A'; c <= 'Z'; ++c) is_token_char[c] = true;
  for (unsigned char c = 'a'; c <= 'z'; ++c) is_token_char[c] = true;
  return is_token_char;
}

inline constexpr std::array<bool, 256> kTokenChars = TokenChars();

}  // namespace token_internal

// Returns true if `text` is a token = 1*tchar (RFC 9110 5.6.2).
inline bool IsToken(absl::string_view text) {
  for (char c : text) {
    if (!token_internal::kTokenChars[static_cast<unsigned char>(c)]) return false;
  }
  return !text.empty();
}

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_TOKEN_H_
