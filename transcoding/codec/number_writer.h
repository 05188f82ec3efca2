// Writes numbers as ProtoJSON text (mapping.md R59, R60).

#ifndef TRESTLE_TRANSCODING_CODEC_NUMBER_WRITER_H_
#define TRESTLE_TRANSCODING_CODEC_NUMBER_WRITER_H_

#include <cstdint>

namespace trestle {

// The length of the longest text that the functions below write.
inline constexpr int kMaxNumberText = 32;

// Write the text of a number at `out`, where kMaxNumberText bytes must be available. Return the end
// of the output. Floats are written as the shortest text that is read back as the same value; -0.0
// keeps its fraction, so that no parser reads it as an integer. NaN and infinities are written as
// NaN, Infinity and -Infinity, without quotes.
char* WriteInt64(int64_t value, char* out);
char* WriteUint64(uint64_t value, char* out);
char* WriteDouble(double value, char* out);
char* WriteFloat(float value, char* out);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_NUMBER_WRITER_H_
