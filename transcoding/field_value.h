// The values of HTTP fields.

#ifndef TRESTLE_TRANSCODING_FIELD_VALUE_H_
#define TRESTLE_TRANSCODING_FIELD_VALUE_H_

#include "absl/strings/string_view.h"

namespace trestle {

// Returns true if `c` can be part of a field value: VCHAR, SP, HTAB and obs-text (RFC 9110 5.5).
inline bool IsFieldChar(char c) { return c == '\t' || (c >= ' ' && c != 0x7f) || (c & 0x80) != 0; }

// Returns true if all of `text` can be: it has no line ends and no other control characters. White
// space around the value is not checked.
bool IsFieldValue(absl::string_view text);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_FIELD_VALUE_H_
