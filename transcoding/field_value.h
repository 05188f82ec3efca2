// The values of HTTP's fields.

#ifndef TRESTLE_TRANSCODING_FIELD_VALUE_H_
#define TRESTLE_TRANSCODING_FIELD_VALUE_H_

#include "absl/strings/string_view.h"

namespace trestle {

// Whether `c` may be in a field's value: VCHAR, SP, HTAB and obs-text (RFC 9110 5.5).
inline bool IsFieldChar(char c) { return c == '\t' || (c >= ' ' && c != 0x7f) || (c & 0x80) != 0; }

// Whether all of `text` may be: it ends no line, and holds no other control character. Blanks
// around a value are not looked for.
bool IsFieldValue(absl::string_view text);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_FIELD_VALUE_H_
