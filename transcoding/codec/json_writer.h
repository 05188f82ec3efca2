// Writes numbers and bytes as ProtoJSON. For strings see json_string.h.

#ifndef TRESTLE_TRANSCODING_CODEC_JSON_WRITER_H_
#define TRESTLE_TRANSCODING_CODEC_JSON_WRITER_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "trestle/transcoding/codec/output.h"
#include "trestle/transcoding/codec/schema.h"

namespace trestle {

// How 64-bit integers are written (R59).
enum class Int64Form { kString, kNumber };

// The length of the longest text that WriteJsonNumber writes.
inline constexpr int kMaxJsonNumber = 34;

// Writes the number of a field of `kind`, any kind but enum and bool, from its bits on the wire, at
// `out`. Returns the end of the output. NaN and infinities are written as "NaN", "Infinity" and
// "-Infinity", in quotes (R60).
char* WriteJsonNumber(Kind kind, uint64_t bits, Int64Form form, char* out);

// Appends `bytes` as base64, in quotes (R61).
void WriteJsonBytes(absl::string_view bytes, Output* out);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_JSON_WRITER_H_
