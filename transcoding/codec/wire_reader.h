// Reads protobuf's wire format, field by field, from untrusted bytes.

#ifndef TRESTLE_TRANSCODING_CODEC_WIRE_READER_H_
#define TRESTLE_TRANSCODING_CODEC_WIRE_READER_H_

#include <cstdint>
#include <type_traits>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/codec/little_endian.h"
#include "trestle/transcoding/codec/wire_format.h"

namespace trestle {

// A field's number and wire type.
struct WireTag {
  int32_t number = 0;
  WireType type = WireType::kVarint;
};

// A cursor over a serialized message. Every Read returns false for malformed bytes; the reader must
// not be used afterwards. Views point into the message.
//
//   WireTag tag;
//   while (!reader.done()) {
//     if (!reader.ReadTag(&tag)) return Malformed();
//     ...read the payload, or reader.Skip(tag)
//   }
class WireReader {
 public:
  explicit WireReader(absl::string_view wire) : at_(wire.data()), end_(wire.data() + wire.size()) {}

  bool done() const { return at_ == end_; }
  // The bytes that are left to read.
  absl::string_view rest() const { return {at_, static_cast<size_t>(end_ - at_)}; }

  // Reads a tag with a valid number (1 to 2^29-1) and one of the six wire types.
  bool ReadTag(WireTag* tag) {
    uint64_t value;
    if (!ReadVarint(&value) || value > UINT32_MAX) return false;
    tag->number = static_cast<int32_t>(value >> 3);
    tag->type = static_cast<WireType>(value & 7);
    return tag->number != 0 && (value & 7) <= static_cast<uint64_t>(WireType::kFixed32);
  }
  bool ReadVarint(uint64_t* value) {
    if (at_ != end_ && static_cast<int8_t>(*at_) >= 0) {
      *value = static_cast<uint8_t>(*at_++);
      return true;
    }
    return ReadLongVarint(value);
  }
  bool ReadFixed32(uint32_t* value) {
    if (end_ - at_ < 4) return false;
    *value = LoadFixed32(at_);
    at_ += 4;
    return true;
  }
  bool ReadFixed64(uint64_t* value) {
    if (end_ - at_ < 8) return false;
    *value = LoadFixed64(at_);
    at_ += 8;
    return true;
  }
  // Reads a length and as many bytes.
  bool ReadBytes(absl::string_view* bytes) {
    uint64_t size;
    if (!ReadVarint(&size) || size > static_cast<uint64_t>(end_ - at_)) return false;
    *bytes = {at_, static_cast<size_t>(size)};
    at_ += size;
    return true;
  }

  // Skips the payload of `tag`, which may be a whole group. Groups that are nested more deeply than
  // kMaxGroupDepth are malformed, and so is the end of a group that has not begun.
  bool Skip(WireTag tag);
  // Does the same, and sets `*payload` to the bytes on the wire: for kBytes without the length, for
  // a group without the end tag.
  bool ReadPayload(WireTag tag, absl::string_view* payload);

  static constexpr int kMaxGroupDepth = 100;

 private:
  bool ReadLongVarint(uint64_t* value);
  bool ReadVarintByBytes(uint64_t* value);
  bool SkipBytes(uint64_t count);
  bool SkipOther(WireTag tag, const char** end_tag);
  bool SkipGroup(int32_t number, int depth, const char** end_tag);

  const char* at_;
  const char* end_;
};

// Returns the error for bytes that are not a serialized message: Internal.
absl::Status MalformedWire();

// Calls `visit(tag, payload)` for each field of a serialized message, with the payload that
// ReadPayload reads. `visit` returns nothing, or a Status that ends the loop if it is an error.
// Fails with that error, or with MalformedWire once it reaches malformed bytes.
template <typename Visit>
absl::Status ForEachField(absl::string_view wire, Visit visit) {
  WireReader reader(wire);
  WireTag tag;
  absl::string_view payload;
  while (!reader.done()) {
    if (!reader.ReadTag(&tag) || !reader.ReadPayload(tag, &payload)) return MalformedWire();
    if constexpr (std::is_void_v<decltype(visit(tag, payload))>) {
      visit(tag, payload);
    } else if (absl::Status status = visit(tag, payload); !status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_WIRE_READER_H_
