// Basic elements of the protobuf wire format: wire types, tags, zigzag.

#ifndef TRESTLE_TRANSCODING_CODEC_WIRE_FORMAT_H_
#define TRESTLE_TRANSCODING_CODEC_WIRE_FORMAT_H_

#include <cstdint>

#include "trestle/transcoding/codec/schema.h"

namespace trestle {

// How the payload of a field is delimited: the low three bits of its tag.
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

// Returns the wire type of one value of `kind`. A packed list of values is kBytes instead.
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

// Returns true if a list of values of `kind` may be written packed.
constexpr bool IsPackable(Kind kind) {
  return WireTypeOf(kind) != WireType::kBytes && WireTypeOf(kind) != WireType::kStartGroup;
}

// Protobuf's parsers read this many messages within one another, below the outermost one, unless
// configured otherwise (CodedInputStream::SetRecursionLimit).
inline constexpr int kMaxMessageDepth = 100;

constexpr uint64_t ZigZag(int64_t value) {
  return static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63);
}

constexpr int64_t UnZigZag(uint64_t value) {
  return static_cast<int64_t>(value >> 1 ^ (~(value & 1) + 1));
}

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_WIRE_FORMAT_H_
