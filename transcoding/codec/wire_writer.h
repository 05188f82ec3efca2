// Writes protobuf's wire format. Free functions for a field here and there; WireWriter
// for whole messages, whose nested lengths are known only once they have been written.

#ifndef TRESTLE_TRANSCODING_CODEC_WIRE_WRITER_H_
#define TRESTLE_TRANSCODING_CODEC_WIRE_WRITER_H_

#include <cstdint>
#include <cstring>
#include <string>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/codec/codec_meter.h"
#include "trestle/transcoding/codec/output.h"
#include "trestle/transcoding/codec/wire_format.h"

namespace trestle {

// Writes `value` at `out`, at most 10 bytes (5 for 32 bits), and returns where it ended.
inline char* WriteVarint(uint64_t value, char* out) {
  while (value >= 0x80) {
    *out++ = static_cast<char>(value | 0x80);
    value >>= 7;
  }
  *out++ = static_cast<char>(value);
  return out;
}
size_t VarintSize(uint64_t value);
// One scalar from its wire bits, at most 10 bytes.
inline char* WriteScalarBits(WireType type, uint64_t bits, char* out) {
  if (type == WireType::kFixed64) return WriteFixed64(bits, out);
  if (type == WireType::kFixed32) return WriteFixed32(static_cast<uint32_t>(bits), out);
  return WriteVarint(bits, out);
}

// Append to a string.
void AppendVarint(uint64_t value, std::string* wire);
void AppendTag(int32_t number, WireType type, std::string* wire);
// A field of wire type kBytes, tag and length included.
void AppendBytesField(int32_t number, absl::string_view bytes, std::string* wire);
// A field of wire type kVarint, tag included.
void AppendVarintField(int32_t number, uint64_t value, std::string* wire);
// A scalar of any numeric kind, bool or enum, tag included, from its wire bits as
// ParseScalar (scalar_text.h) gives them.
void AppendScalarField(int32_t number, Kind kind, uint64_t bits, std::string* wire);

// Writes a message with nested ones. A nested message gets one byte for its length; a
// length that turns out to need more is noted, and Finish() makes room for all of those
// in one pass from the back. So the whole costs time linear in the output, however deep
// messages nest.
class WireWriter {
 public:
  // `meter` may be null (Output).
  WireWriter(std::string* wire, size_t expected, CodecMeter* meter = nullptr)
      : out_(wire, expected, meter) {}

  Output& out() { return out_; }
  void Varint(uint64_t value) { out_.Advance(WriteVarint(value, out_.Reserve(10))); }
  void Bytes(uint32_t tag, absl::string_view bytes);
  void Scalar(uint32_t tag, WireType type, uint64_t bits) {
    out_.Advance(WriteScalarBits(type, bits, WriteVarint(tag, out_.Reserve(15))));
  }

  // A nested message or packed list between Open and Close. Close takes what Open gave;
  // an empty one may instead be taken back by Drop.
  struct Mark {
    size_t field;  // where its tag begins
    size_t patch;  // index in patches_
    size_t grown;  // grown_ before it
  };
  Mark Open(uint32_t tag);
  void Close(const Mark& mark);
  void Drop(const Mark& mark);

  // Makes the lengths that are still one byte proper ones. Call it once, at the end.
  void Finish();

 private:
  // A length's place. While its message is open, and for ever if it stays short, the
  // byte at `position` is all of it.
  struct Patch {
    size_t position;
    uint64_t length;
  };
  Output out_;
  // In order of position; closed ones only if their length is long.
  absl::InlinedVector<Patch, 8> patches_;
  size_t grown_ = 0;  // bytes that Finish will add for closed messages
};

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_WIRE_WRITER_H_
