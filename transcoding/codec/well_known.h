// The well-known types that are written as text: Timestamp, Duration and FieldMask (mapping.md
// R68-R70). Converts between their text and their serialized form, for JSON, paths and queries.

#ifndef TRESTLE_TRANSCODING_CODEC_WELL_KNOWN_H_
#define TRESTLE_TRANSCODING_CODEC_WELL_KNOWN_H_

#include <string>

#include "absl/strings/string_view.h"
#include "trestle/transcoding/codec/schema.h"

namespace trestle {

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
