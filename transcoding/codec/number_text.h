// Numbers to and from text as ProtoJSON has them (mapping.md R58-R60): exact, and strict.

#ifndef TRESTLE_TRANSCODING_CODEC_NUMBER_TEXT_H_
#define TRESTLE_TRANSCODING_CODEC_NUMBER_TEXT_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace trestle {

// Whether `text` is a number by RFC 8259: no plus, no leading zeros, no ".5", no blanks.
bool IsJsonNumber(absl::string_view text);

// Integers by R58: a JSON number whose value is whole ("1e2", "1.0") and in range.
// False for everything else; exact up to the full range.
bool ParseInt32(absl::string_view text, int32_t* value);
bool ParseInt64(absl::string_view text, int64_t* value);
bool ParseUint32(absl::string_view text, uint32_t* value);
bool ParseUint64(absl::string_view text, uint64_t* value);

// Floats by R60: a JSON number, "NaN", "Infinity" or "-Infinity". False for a number
// that overflows; one too small is zero.
bool ParseDouble(absl::string_view text, double* value);
bool ParseFloat(absl::string_view text, float* value);

// The longest text that the functions below write.
inline constexpr int kMaxNumberText = 32;

// Writes a number's text at `out`, at most kMaxNumberText bytes, and returns where it
// ended. Floats are the shortest that read back equal (-0.0 with its fraction, so that no
// reader takes it for an integer); NaN and infinities are written as
// NaN, Infinity and -Infinity, without quotes.
char* WriteInt64(int64_t value, char* out);
char* WriteUint64(uint64_t value, char* out);
char* WriteDouble(double value, char* out);
char* WriteFloat(float value, char* out);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_NUMBER_TEXT_H_
