// Writes protobuf's wire format. The free functions write single fields. WireWriter writes whole
// messages, in which the lengths of nested messages are known only after they have been written.

#ifndef TRESTLE_TRANSCODING_CODEC_WIRE_WRITER_H_
#define TRESTLE_TRANSCODING_CODEC_WIRE_WRITER_H_

#include <cstdint>
#include <string>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/codec/codec_meter.h"
#include "trestle/transcoding/codec/little_endian.h"
#include "trestle/transcoding/codec/output.h"
#include "trestle/transcoding/codec/wire_format.h"

namespace trestle {

// Writes `value` at `out`, at most 10 bytes (5 for 32 bits). Returns the end of the output.
inline char* WriteVarint(uint64_t value, char* out) {
  while (value >= 0x80) {
    *out++ = static_cast<char>(value | 0x80);
    value >>= 7;
  }
  *out++ = static_cast<char>(value);
  return out;
}
size_t VarintSize(uint64_t value);
// Writes one scalar from its wire bits, at most 10 bytes. Returns the end of the output.
inline char* WriteScalarBits(WireType type, uint64_t bits, char* out) {
  if (type == WireType::kFixed64) return WriteFixed64(bits, out);
  if (type == WireType::kFixed32) return WriteFixed32(static_cast<uint32_t>(bits), out);
  return WriteVarint(bits, out);
}

// Append to a string.
void AppendVarint(uint64_t value, std::string* wire);
void AppendTag(int32_t number, WireType type, std::string* wire);
// A field of wire type kBytes, with tag and length.
void AppendBytesField(int32_t number, absl::string_view bytes, std::string* wire);
// A field of wire type kVarint, with tag.
void AppendVarintField(int32_t number, uint64_t value, std::string* wire);
// A scalar of any numeric kind, bool or enum, with tag, from the wire bits that ParseScalar
// (scalar_text.h) returns.
void AppendScalarField(int32_t number, Kind kind, uint64_t bits, std::string* wire);

// Writes a message and the messages nested in it, in time linear in the output, however deeply
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

  // Open begins a nested message or a packed list. Close ends it, and Drop removes it. Both take
  // the Mark that Open returned.
  struct Mark {
    size_t field;  // the position of its tag
    size_t patch;  // its index in patches_
    size_t grown;  // grown_ when it was opened
  };
  Mark Open(uint32_t tag);
  void Close(const Mark& mark);
  void Drop(const Mark& mark);

  // Expands the lengths that need more than one byte. Must be called once, at the end.
  void Finish();

 private:
  // A length that Finish may have to expand.
  struct Patch {
    size_t position;
    uint64_t length;
  };
  Output out_;
  // In order of position: the open messages, and the closed ones with long lengths.
  absl::InlinedVector<Patch, 8> patches_;
  size_t grown_ = 0;  // the bytes that Finish will add for closed messages
};

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_WIRE_WRITER_H_
