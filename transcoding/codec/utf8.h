// UTF-8 as Unicode defines it: shortest forms only, no surrogates, nothing above U+10FFFF.

#ifndef TRESTLE_TRANSCODING_CODEC_UTF8_H_
#define TRESTLE_TRANSCODING_CODEC_UTF8_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace trestle {

// Returns the number of bytes, 1 to 4, of the first character of `text`, or 0 if `text` does not
// begin with a valid character.
size_t Utf8CharacterSize(absl::string_view text);

// Returns the length of the longest prefix that is UTF-8: text.size() if all of `text` is.
size_t ValidUtf8Prefix(absl::string_view text);
inline bool IsUtf8(absl::string_view text) { return ValidUtf8Prefix(text) == text.size(); }

// Returns the first `max_bytes` bytes of `text`, without the beginning of a character that does not
// fit; all of `text` if it is not longer. Does not check that it is UTF-8.
absl::string_view CutUtf8(absl::string_view text, size_t max_bytes);

// Writes the character `code`, which must not be a surrogate, at `out`, as 1 to 4 bytes. Returns
// the end of the output.
char* WriteUtf8(uint32_t code, char* out);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_UTF8_H_
