#include "trestle/transcoding/codec/wire_reader.h"

#include "absl/numeric/bits.h"

namespace trestle {
namespace {

// Concatenates the low 7 bits of each byte.
uint64_t Join7Bits(uint64_t bytes) {
  bytes = (bytes & 0x007f007f007f007f) | (bytes & 0x7f007f007f007f00) >> 1;
  bytes = (bytes & 0x00003fff00003fff) | (bytes & 0x3fff00003fff0000) >> 2;
  return (bytes & 0x000000000fffffff) | (bytes & 0x0fffffff00000000) >> 4;
}

}  // namespace

absl::Status MalformedWire() { return absl::InternalError("malformed protobuf bytes"); }

// Decodes up to eight bytes at once, without a branch for each byte: the sizes of varints are hard
// to predict, and a mispredicted branch costs more than this computation.
bool WireReader::ReadLongVarint(uint64_t* value) {
  if (end_ - at_ < 10) return ReadVarintByBytes(value);
  uint64_t bytes = LoadFixed64(at_);
  uint64_t stops = ~bytes & 0x8080808080808080;
  if (stops == 0) {
    uint64_t ninth = static_cast<uint8_t>(at_[8]);
    uint64_t tenth = ninth < 0x80 ? 0 : static_cast<uint8_t>(at_[9]);
    if (tenth >= 0x80) return false;
    *value = Join7Bits(bytes) | (ninth & 0x7f) << 56 | tenth << 63;
    at_ += ninth < 0x80 ? 9 : 10;
    return true;
  }
  *value = Join7Bits(bytes & (stops ^ (stops - 1)));
  at_ += absl::countr_zero(stops) / 8 + 1;
  return true;
}

bool WireReader::ReadVarintByBytes(uint64_t* value) {
  uint64_t result = 0;
  for (int shift = 0; shift < 70; shift += 7) {
    if (at_ == end_) return false;
    uint64_t byte = static_cast<uint8_t>(*at_++);
    // Only the lowest bit of a tenth byte fits; protobuf drops the others too.
    result |= (byte & 0x7f) << shift;
    if (byte < 0x80) {
      *value = result;
      return true;
    }
  }
  return false;
}

bool WireReader::SkipBytes(uint64_t count) {
  if (count > static_cast<uint64_t>(end_ - at_)) return false;
  at_ += count;
  return true;
}

bool WireReader::Skip(WireTag tag) {
  absl::string_view payload;
  return ReadPayload(tag, &payload);
}

bool WireReader::ReadPayload(WireTag tag, absl::string_view* payload) {
  if (tag.type == WireType::kBytes) return ReadBytes(payload);
  const char* from = at_;
  const char* end_tag = nullptr;
  if (!SkipOther(tag, &end_tag)) return false;
  *payload = {from, static_cast<size_t>((end_tag != nullptr ? end_tag : at_) - from)};
  return true;
}

bool WireReader::SkipOther(WireTag tag, const char** end_tag) {
  uint64_t ignored;
  switch (tag.type) {
    case WireType::kVarint:
      return ReadVarint(&ignored);
    case WireType::kFixed32:
      return SkipBytes(4);
    case WireType::kFixed64:
      return SkipBytes(8);
    case WireType::kStartGroup:
      return SkipGroup(tag.number, 1, end_tag);
    default:
      return false;  // the end of a group that has not begun
  }
}

bool WireReader::SkipGroup(int32_t number, int depth, const char** end_tag) {
  if (depth > kMaxGroupDepth) return false;
  WireTag tag;
  const char* inner_end_tag;
  while (*end_tag = at_, ReadTag(&tag)) {
    if (tag.type == WireType::kEndGroup) return tag.number == number;
    bool skipped = tag.type == WireType::kStartGroup
                       ? SkipGroup(tag.number, depth + 1, &inner_end_tag)
                       : Skip(tag);
    if (!skipped) return false;
  }
  return false;
}

}  // namespace trestle
