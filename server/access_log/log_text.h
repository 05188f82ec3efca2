// Text from clients as a value in a log line.

#ifndef TRESTLE_SERVER_ACCESS_LOG_LOG_TEXT_H_
#define TRESTLE_SERVER_ACCESS_LOG_LOG_TEXT_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace trestle {

// Appends `text`, which may have any bytes, as a JSON string in double quotes. The result is valid
// UTF-8 and cannot change a line or how a terminal shows it: control characters (C0, DEL and C1),
// U+2028, U+2029, characters that change the direction of text, and invisible ones are escaped as
// "\u001b". A byte that is not part of valid UTF-8 becomes U+FFFD. If `text` has more than
// `max_bytes` bytes, the rest of it is left out, at the end of a character, and replaced by "…".
void AppendQuoted(absl::string_view text, size_t max_bytes, std::string* out);

// Appends `text` as the value of a logfmt pair: as it is if it is not empty, not longer than
// `max_bytes`, and has printable ASCII characters only other than `"`, `\`, `=` and space; else
// like AppendQuoted.
void AppendLogfmtValue(absl::string_view text, size_t max_bytes, std::string* out);

}  // namespace trestle

#endif  // TRESTLE_SERVER_ACCESS_LOG_LOG_TEXT_H_
