// Percent coding of URL text (RFC 3986 2.1), both ways.

#ifndef TRESTLE_TRANSCODING_PERCENT_H_
#define TRESTLE_TRANSCODING_PERCENT_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace trestle {

// What stays as it is when text is encoded; all other bytes become "%XX".
enum class Encode {
  kSegment,  // [-_.~0-9a-zA-Z]: one path segment, a query name or value (R17)
  kPath,     // those and "/": several segments (R19)
  kLiteral,  // RFC 3986 pchar but for ":" and "*", which mean something in a template
};

// Which escapes are undone.
enum class Decode {
  kAll,        // every one (R18)
  kKeepSlash,  // all but %2F and %2f, which stay as they are written (R20)
  kQuery,      // every one, and "+" is a space
};

// Appends `text`, encoded.
void PercentEncode(absl::string_view text, Encode kept, std::string* out);

// Appends `text`, decoded. False for a "%" without two hex digits behind it (R23); what
// was appended by then is unspecified.
bool PercentDecode(absl::string_view text, Decode escapes, std::string* out);

// The same into memory of the caller's, which has room for text.size() bytes and may be
// where `text` itself lies. The number of bytes written, or nullopt.
absl::optional<size_t> PercentDecode(absl::string_view text, Decode escapes, char* out);

// Whether `c` may stand in a path segment without an escape (RFC 3986 3.3, pchar).
bool IsPathChar(char c);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_PERCENT_H_
