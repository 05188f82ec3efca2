// WireWriter: nested lengths are patched at the end.
//
// The length of a nested message precedes its content, but is known only afterwards. Open reserves
// one byte for it, and Close fills it in if the length is below 128, as most are. A longer length
// stays in `patches_`, and its additional bytes count in `grown_`, because they belong to the
// length of each enclosing message. Finish makes room for all of them in one pass from the back: it
// moves the bytes after each patch to their final position, each byte once, and writes the length
// before them.

#include "trestle/transcoding/codec/wire_writer.h"

namespace trestle {

size_t VarintSize(uint64_t value) {
  size_t size = 1;
  while (value >= 0x80) {
    value >>= 7;
    ++size;
  }
  return size;
}

void AppendVarint(uint64_t value, std::string* wire) {
  char buffer[10];
  wire->append(buffer, WriteVarint(value, buffer) - buffer);
}

void AppendTag(int32_t number, WireType type, std::string* wire) {
  AppendVarint(MakeTag(number, type), wire);
}

void AppendBytesField(int32_t number, absl::string_view bytes, std::string* wire) {
  AppendTag(number, WireType::kBytes, wire);
  AppendVarint(bytes.size(), wire);
  wire->append(bytes.data(), bytes.size());
}

void AppendVarintField(int32_t number, uint64_t value, std::string* wire) {
  AppendTag(number, WireType::kVarint, wire);
  AppendVarint(value, wire);
}

void AppendScalarField(int32_t number, Kind kind, uint64_t bits, std::string* wire) {
  AppendTag(number, WireTypeOf(kind), wire);
  char buffer[10];
  wire->append(buffer, WriteScalarBits(WireTypeOf(kind), bits, buffer) - buffer);
}

void WireWriter::Bytes(uint32_t tag, absl::string_view bytes) {
  char* out = out_.Reserve(bytes.size() + 15);
  out = WriteVarint(bytes.size(), WriteVarint(tag, out));
  out_.Advance(CopyBytes(bytes, out));
}

WireWriter::Mark WireWriter::Open(uint32_t tag) {
  Mark mark{out_.size(), patches_.size(), grown_};
  char* out = WriteVarint(tag, out_.Reserve(6));
  out_.Advance(out + 1);
  patches_.push_back({out_.size() - 1, 0});
  return mark;
}

void WireWriter::Close(const Mark& mark) {
  Patch& patch = patches_[mark.patch];
  uint64_t length = out_.size() - patch.position - 1 + (grown_ - mark.grown);
  if (length < 0x80) {
    *out_.At(patch.position) = static_cast<char>(length);
    patches_.pop_back();  // lengths inside a short message are short and were removed
    return;
  }
  patch.length = length;
  grown_ += VarintSize(length) - 1;
}

void WireWriter::Drop(const Mark& mark) {
  out_.Truncate(mark.field);
  patches_.resize(mark.patch);
  grown_ = mark.grown;
}

void WireWriter::Finish() {
  if (patches_.empty()) return;
  size_t from = out_.size();  // the end of the bytes that are not moved yet
  out_.Reserve(grown_);
  size_t to = from + grown_;
  out_.Advance(out_.At(0) + to);
  for (size_t i = patches_.size(); i-- > 0;) {
    const Patch& patch = patches_[i];
    size_t body = from - patch.position - 1;
    memmove(out_.At(to - body), out_.At(patch.position + 1), body);
    to -= body + VarintSize(patch.length);
    WriteVarint(patch.length, out_.At(to));
    from = patch.position;
  }
  patches_.clear();
  grown_ = 0;
}

}  // namespace trestle
