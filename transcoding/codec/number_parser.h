// Parses numbers from ProtoJSON text (mapping.md R58, R60): exactly and strictly.

#ifndef TRESTLE_TRANSCODING_CODEC_NUMBER_PARSER_H_
#define TRESTLE_TRANSCODING_CODEC_NUMBER_PARSER_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace trestle {

// Returns true if `text` is a number of RFC 8259: no plus sign, no leading zeros, no ".5", no white
// space.
bool IsJsonNumber(absl::string_view text);

// Parse integers (R58): JSON numbers whose value is whole ("1e2", "1.0") and in range, exactly over
// the full range. Return false for any other text.
bool ParseInt32(absl::string_view text, int32_t* value);
bool ParseInt64(absl::string_view text, int64_t* value);
bool ParseUint32(absl::string_view text, uint32_t* value);
bool ParseUint64(absl::string_view text, uint64_t* value);

// Parse floats (R60): JSON numbers, "NaN", "Infinity" and "-Infinity". Return false for any other
// text and for numbers that overflow. Numbers that underflow are zero.
bool ParseDouble(absl::string_view text, double* value);
bool ParseFloat(absl::string_view text, float* value);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_NUMBER_PARSER_H_
