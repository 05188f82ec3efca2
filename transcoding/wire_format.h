// The protobuf wire format's vocabulary: wire types, tags, zigzag.

#ifndef TRESTLE_TRANSCODING_WIRE_FORMAT_H_
#define TRESTLE_TRANSCODING_WIRE_FORMAT_H_

#include <cstdint>

#include "trestle/transcoding/schema.h"

namespace trestle {

// How a field's payload is delimited; the low three bits of its tag.
enum class WireType : uint8_t {
  kVarint = 0,
  kFixed64 = 1,
  kBytes = 2,
  kStartGroup = 3,
  kEndGroup = 4,
  kFixed32 = 5,
};

constexpr uint32_t MakeTag(int32_t number, WireType type) {
  return static_cast<uint32_t>(number) << 3 | static_cast<uint32_t>(type);
}

// How one value of `kind` is written (not how a packed list of them is).
constexpr WireType WireTypeOf(Kind kind) {
  switch (kind) {
    case Kind::kDouble:
    case Kind::kFixed64:
    case Kind::kSfixed64:
      return WireType::kFixed64;
    case Kind::kFloat:
    case Kind::kFixed32:
    case Kind::kSfixed32:
      return WireType::kFixed32;
    case Kind::kString:
    case Kind::kBytes:
    case Kind::kMessage:
      return WireType::kBytes;
    case Kind::kGroup:
      return WireType::kStartGroup;
    default:
      return WireType::kVarint;
  }
}

constexpr uint64_t ZigZag(int64_t value) {
  return static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63);
}

constexpr int64_t UnZigZag(uint64_t value) {
  return static_cast<int64_t>(value >> 1 ^ (~(value & 1) + 1));
}

// Little-endian memory, as fixed-width fields are written. In straight lines, because only
// then do compilers make one move of it.
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

// Write `value` at `out` and return where it ended.
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

#endif  // TRESTLE_TRANSCODING_WIRE_FORMAT_H_
