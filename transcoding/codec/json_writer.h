// Numbers and bytes, written as ProtoJSON wants them. Strings: json_string.h.

#ifndef TRESTLE_TRANSCODING_CODEC_JSON_WRITER_H_
#define TRESTLE_TRANSCODING_CODEC_JSON_WRITER_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "trestle/transcoding/codec/output.h"
#include "trestle/transcoding/codec/schema.h"

namespace trestle {

// How 64-bit integers are written (R59).
enum class Int64Form { kString, kNumber };

// The longest that WriteJsonNumber writes.
inline constexpr int kMaxJsonNumber = 34;

// Writes at `out` the number of a field of `kind`, any but enum and bool, from its bits on
// the wire, and returns where it ended. A float that is no number is "NaN", "Infinity" or
// "-Infinity", in quotes (R60).
char* WriteJsonNumber(Kind kind, uint64_t bits, Int64Form form, char* out);

// Appends bytes as base64, in quotes (R61).
void WriteJsonBytes(absl::string_view bytes, Output* out);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_JSON_WRITER_H_
