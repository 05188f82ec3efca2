// Timestamp and Duration as text and on the wire (mapping.md R68, R69).

#ifndef TRESTLE_TRANSCODING_CODEC_TIME_TEXT_H_
#define TRESTLE_TRANSCODING_CODEC_TIME_TEXT_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace trestle {

// A point in time or a time span: fields 1 and 2 of both Timestamp and Duration. The nanos of a
// Timestamp count forwards; those of a Duration have the sign of its seconds.
struct SecondsAndNanos {
  int64_t seconds = 0;
  int32_t nanos = 0;
};

// Parses RFC 3339 text with upper-case T and Z, up to 9 decimals, any offset, years 0001 to 9999.
bool ParseTimestamp(absl::string_view text, SecondsAndNanos* time);
// Parses "-1.5s": up to 9 decimals, at most 315,576,000,000 whole seconds in either direction.
bool ParseDuration(absl::string_view text, SecondsAndNanos* span);

// The length of the longest text that the two functions below write.
inline constexpr int kMaxTimeText = 40;
// Write the text, with 0, 3, 6 or 9 decimals, at `out`. Return the end of the output, or nullptr if
// the value is out of range.
char* WriteTimestamp(SecondsAndNanos time, char* out);
char* WriteDuration(SecondsAndNanos span, char* out);

// Reads a serialized Timestamp or Duration. Returns false for malformed bytes.
bool ReadSecondsAndNanos(absl::string_view message, SecondsAndNanos* value);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_TIME_TEXT_H_
