// The well-known types that are written as text: Timestamp, Duration and FieldMask (mapping.md
// R68-R70). Converts between their text and their serialized form, for JSON, paths and queries.

#ifndef TRESTLE_TRANSCODING_CODEC_WELL_KNOWN_H_
#define TRESTLE_TRANSCODING_CODEC_WELL_KNOWN_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "trestle/transcoding/codec/schema.h"

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

// How the text of a FieldMask may spell paths: in camelCase only (JSON), or in either case (URLs,
// R33).
enum class MaskSpelling { kCamelCase, kEither };

// Parses `text` as a `type`, which is kTimestamp, kDuration or kFieldMask, and appends the
// serialized message without tag and length. Returns false if `text` is not valid, and leaves
// `*message` unchanged.
bool TextToWellKnown(WellKnown type, absl::string_view text, MaskSpelling spelling,
                     std::string* message);
// The reverse: appends the text, without quotes, of a serialized message. Returns false for
// malformed bytes, for a value that is out of range, and for a path that would not be read back as
// the same one. Paths are written in camelCase; with MaskSpelling::kEither, a path that has no
// camelCase form
// ("line_2") is written as it is.
bool WellKnownToText(WellKnown type, absl::string_view message, MaskSpelling spelling,
                     std::string* text);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_WELL_KNOWN_H_
