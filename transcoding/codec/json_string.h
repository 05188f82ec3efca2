// JSON strings, escaped (RFC 8259 section 7).

#ifndef TRESTLE_TRANSCODING_CODEC_JSON_STRING_H_
#define TRESTLE_TRANSCODING_CODEC_JSON_STRING_H_

#include "absl/strings/string_view.h"
#include "trestle/transcoding/codec/output.h"

namespace trestle {

// Appends `text` in quotes. False, with nothing appended, when it is not UTF-8 (R63).
// Quotes, backslashes and control characters are escaped and nothing else is.
bool WriteJsonString(absl::string_view text, Output* out);

// The same without the quotes, for text known to be UTF-8.
void WriteJsonEscaped(absl::string_view text, Output* out);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_JSON_STRING_H_
