// JSON strings, escaped (RFC 8259 section 7).

#ifndef TRESTLE_TRANSCODING_CODEC_JSON_STRING_H_
#define TRESTLE_TRANSCODING_CODEC_JSON_STRING_H_

#include "absl/strings/string_view.h"
#include "trestle/transcoding/codec/output.h"

namespace trestle {

// Appends `text` in quotes. Escapes quotes, backslashes and control characters, and nothing else.
// Returns false, and appends nothing, if `text` is not UTF-8 (R63).
bool WriteJsonString(absl::string_view text, Output* out);

// Does the same without the quotes, for text that is known to be UTF-8.
void WriteJsonEscaped(absl::string_view text, Output* out);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_JSON_STRING_H_
