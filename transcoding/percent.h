// Percent-encodes and decodes URL text (RFC 3986 2.1).

#ifndef TRESTLE_TRANSCODING_PERCENT_H_
#define TRESTLE_TRANSCODING_PERCENT_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace trestle {

// The characters that are not encoded. All other bytes become "%XX".
enum class Encode {
  kSegment,  // [-_.~0-9a-zA-Z]: one path segment, a query name or value (R17)
  kPath,     // those and "/": several segments (R19)
  kLiteral,  // RFC 3986 pchar except ":" and "*", which have a meaning in templates
};

// The escapes that are decoded.
enum class Decode {
  kAll,        // all of them (R18)
  kKeepSlash,  // all but %2F and %2f, which stay as they are (R20)
  kQuery,      // all of them, and "+" is a space
};

// Encodes `text` and appends it to `*out`.
void PercentEncode(absl::string_view text, Encode kept, std::string* out);

// Decodes `text` and appends it to `*out`. Returns false for a "%" without two hexadecimal digits
// after it (R23); the bytes appended until then are unspecified.
bool PercentDecode(absl::string_view text, Decode escapes, std::string* out);

// Does the same into a buffer of at least text.size() bytes, which may be that of `text` itself.
// Returns the number of bytes written, or nullopt.
absl::optional<size_t> PercentDecode(absl::string_view text, Decode escapes, char* out);

// Returns true if `text` begins with "%" and two hexadecimal digits.
bool BeginsWithEscape(absl::string_view text);

// Returns true if `c` needs no escape in a path segment (pchar, RFC 3986 3.3).
bool IsPathChar(char c);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_PERCENT_H_
