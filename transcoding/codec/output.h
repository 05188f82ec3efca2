// A std::string that is appended to through a raw pointer, so that writing a field
// costs one check of the room left and no call.

#ifndef TRESTLE_TRANSCODING_CODEC_OUTPUT_H_
#define TRESTLE_TRANSCODING_CODEC_OUTPUT_H_

#include <cstddef>
#include <cstring>
#include <string>

#include "absl/strings/string_view.h"
#include "trestle/transcoding/codec/codec_meter.h"

namespace trestle {

// Copies `from` to `to` and returns where it ended. Keys and most strings are shorter than
// a call of memcpy is worth.
inline char* CopyBytes(absl::string_view from, char* to) {
  const char* at = from.data();
  size_t size = from.size();
  if (size > 32) {
    memcpy(to, at, size);
  } else if (size >= 16) {
    memcpy(to, at, 16);
    memcpy(to + size - 16, at + size - 16, 16);  // some for the second time
  } else if (size >= 8) {
    memcpy(to, at, 8);
    memcpy(to + size - 8, at + size - 8, 8);
  } else {
    for (size_t i = 0; i < size; ++i) to[i] = at[i];
  }
  return to + size;
}

// Appends to a string that nobody else touches meanwhile; the string has its proper
// length again once the Output is destroyed.
class Output {
 public:
  // Appends after what `*target` holds, expecting about `expected` more bytes. The memory that
  // `*target` takes more than before is the `meter`'s, which may be null; it is asked first, and
  // once it has refused all is written nevertheless, for the owner to stop soon.
  Output(std::string* target, size_t expected, CodecMeter* meter = nullptr);
  ~Output() { target_.resize(at_); }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  // Where at least `room` bytes may be written; valid until the next call. Advance()
  // then says where writing stopped.
  char* Reserve(size_t room) {
    if (target_.size() - at_ < room) Grow(room);
    return &target_[0] + at_;
  }
  void Advance(const char* end) { at_ = static_cast<size_t>(end - target_.data()); }

  void Put(char byte) {
    *Reserve(1) = byte;
    ++at_;
  }
  void Put(absl::string_view bytes) {
    CopyBytes(bytes, Reserve(bytes.size()));
    at_ += bytes.size();
  }

  CodecMeter* meter() const { return meter_; }
  bool is_refused() const { return meter_ != nullptr && meter_->has_refused(); }

  // Bytes in the string so far, those before the Output included.
  size_t size() const { return at_; }
  size_t start() const { return start_; }
  // Takes back all that was written after `size` was size().
  void Truncate(size_t size) { at_ = size; }
  // What was written since size() was `begin`; valid until the next write.
  absl::string_view Since(size_t begin) const { return {target_.data() + begin, at_ - begin}; }
  char* At(size_t position) { return &target_[position]; }

 private:
  void Grow(size_t room);
  void MakeRoom(size_t size);

  std::string& target_;
  CodecMeter* const meter_;
  size_t start_;
  size_t at_;         // bytes of target_ that count; the rest is room
  size_t paused_at_;  // at_ when the meter was last told of a step
};

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_OUTPUT_H_
