// Little-endian numbers in memory: the form of protobuf's fixed-width fields, and a way to examine
// several characters of a text at once.

#ifndef TRESTLE_TRANSCODING_CODEC_LITTLE_ENDIAN_H_
#define TRESTLE_TRANSCODING_CODEC_LITTLE_ENDIAN_H_

#include <cstdint>

namespace trestle {

// Read at `from`. Written without loops, because compilers then emit a single load.
inline uint32_t LoadFixed32(const char* from) {
  const unsigned char* at = reinterpret_cast<const unsigned char*>(from);
  return uint32_t{at[0]} | uint32_t{at[1]} << 8 | uint32_t{at[2]} << 16 | uint32_t{at[3]} << 24;
}
inline uint64_t LoadFixed64(const char* from) {
  const unsigned char* at = reinterpret_cast<const unsigned char*>(from);
  return uint64_t{at[0]} | uint64_t{at[1]} << 8 | uint64_t{at[2]} << 16 | uint64_t{at[3]} << 24 |
         uint64_t{at[4]} << 32 | uint64_t{at[5]} << 40 | uint64_t{at[6]} << 48 |
         uint64_t{at[7]} << 56;
}

// Write `value` at `out`. Return the end of the output.
inline char* WriteFixed32(uint32_t value, char* out) {
  out[0] = static_cast<char>(value);
  out[1] = static_cast<char>(value >> 8);
  out[2] = static_cast<char>(value >> 16);
  out[3] = static_cast<char>(value >> 24);
  return out + 4;
}
inline char* WriteFixed64(uint64_t value, char* out) {
  out[0] = static_cast<char>(value);
  out[1] = static_cast<char>(value >> 8);
  out[2] = static_cast<char>(value >> 16);
  out[3] = static_cast<char>(value >> 24);
  out[4] = static_cast<char>(value >> 32);
  out[5] = static_cast<char>(value >> 40);
  out[6] = static_cast<char>(value >> 48);
  out[7] = static_cast<char>(value >> 56);
  return out + 8;
}

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_LITTLE_ENDIAN_H_
