// HTTP's tokens: methods, field names.

#ifndef TRESTLE_TRANSCODING_TOKEN_H_
#define TRESTLE_TRANSCODING_TOKEN_H_

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"

namespace trestle {

// Whether `text` is a token = 1*tchar (RFC 9110 5.6.2).
inline bool IsToken(absl::string_view text) {
  constexpr absl::string_view kMarks = "!#$%&'*+-.^_`|~";
  const auto is_token_char = [=](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || kMarks.find(c) != kMarks.npos;
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_TOKEN_H_
