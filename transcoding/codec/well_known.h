// The well-known types that have a text of their own: Timestamp, Duration, FieldMask
// (mapping.md R68-R70). Their text to message bytes and back, for JSON, paths and queries.

#ifndef TRESTLE_TRANSCODING_CODEC_WELL_KNOWN_H_
#define TRESTLE_TRANSCODING_CODEC_WELL_KNOWN_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "trestle/transcoding/codec/schema.h"

namespace trestle {

// A point in time or a span of it, as both Timestamp and Duration hold it in fields 1
// and 2. A Timestamp's nanos count forwards; a Duration's have its seconds' sign.
struct SecondsAndNanos {
  int64_t seconds = 0;
  int32_t nanos = 0;
};

// RFC 3339 with upper-case T and Z, up to 9 digits, any offset, years 0001 to 9999.
bool ParseTimestamp(absl::string_view text, SecondsAndNanos* time);
// "-1.5s": up to 9 digits, at most 315,576,000,000 whole seconds either way.
bool ParseDuration(absl::string_view text, SecondsAndNanos* span);

// The longest text that the two below write.
inline constexpr int kMaxTimeText = 40;
// Write the text at `out` with 0, 3, 6 or 9 digits and return where it ended; nullptr
// for a value out of range.
char* WriteTimestamp(SecondsAndNanos time, char* out);
char* WriteDuration(SecondsAndNanos span, char* out);

// The value of a serialized Timestamp or Duration; false for malformed bytes.
bool ReadSecondsAndNanos(absl::string_view message, SecondsAndNanos* value);

// How a FieldMask's text may spell paths: JSON has camelCase only; a URL may have either
// (R33).
enum class MaskSpelling { kCamelCase, kEither };

// Appends the bytes of a message of type `type` (kTimestamp, kDuration or kFieldMask; no
// tag, no length) that `text` stands for. False if it stands for none; `*message` then
// holds what it held.
bool TextToWellKnown(WellKnown type, absl::string_view text, MaskSpelling spelling,
                     std::string* message);
// The reverse: appends the text (without quotes) of a serialized message. False for
// malformed bytes or a value that has no text: out of range, a path that `spelling` would
// not give back. A path is written in camelCase; one that has none ("line_2") as it is,
// where either spelling is read.
bool WellKnownToText(WellKnown type, absl::string_view message, MaskSpelling spelling,
                     std::string* text);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_WELL_KNOWN_H_
