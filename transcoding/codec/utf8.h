// UTF-8 as Unicode defines it: shortest forms, no surrogates, nothing past U+10FFFF.

#ifndef TRESTLE_TRANSCODING_CODEC_UTF8_H_
#define TRESTLE_TRANSCODING_CODEC_UTF8_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace trestle {

// The bytes of the character that `text` begins with, 1 to 4; 0 when it begins with none.
size_t Utf8CharacterSize(absl::string_view text);

// The length of the longest prefix that is UTF-8: text.size() if all of it is.
size_t ValidUtf8Prefix(absl::string_view text);
inline bool IsUtf8(absl::string_view text) { return ValidUtf8Prefix(text) == text.size(); }

// Writes the character `code`, which must not be a surrogate, at `out` (1 to 4 bytes) and
// returns where it ended.
char* WriteUtf8(uint32_t code, char* out);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_UTF8_H_
