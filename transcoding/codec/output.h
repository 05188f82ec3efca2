// Appends to a std::string through a raw pointer, so that writing a field costs one check of the
// room that is left, and no call.

#ifndef TRESTLE_TRANSCODING_CODEC_OUTPUT_H_
#define TRESTLE_TRANSCODING_CODEC_OUTPUT_H_

#include <cstddef>
#include <cstring>
#include <string>

#include "absl/strings/string_view.h"
#include "trestle/transcoding/codec/codec_meter.h"

namespace trestle {

// Copies `from` to `to`. Returns the end of the copy. Keys and most strings are too short for a
// call of memcpy to pay off.
inline char* CopyBytes(absl::string_view from, char* to) {
  const char* at = from.data();
  size_t size = from.size();
  if (size > 32) {
    memcpy(to, at, size);
  } else if (size >= 16) {
    memcpy(to, at, 16);
    memcpy(to + size - 16, at + size - 16, 16);  // some of them again
  } else if (size >= 8) {
    memcpy(to, at, 8);
    memcpy(to + size - 8, at + size - 8, 8);
  } else {
    for (size_t i = 0; i < size; ++i) to[i] = at[i];
  }
  return to + size;
}

// Appends to a string, which must not be used otherwise in the meantime. The string has its proper
// length again once the Output is destroyed.
class Output {
 public:
  // Appends to the content of `*target`, about `expected` bytes. Growth of `*target` is reported to
  // the `meter`, which may be null, before it happens. After the meter has refused, writes still
  // succeed; the owner checks is_refused() and stops.
  Output(std::string* target, size_t expected, CodecMeter* meter = nullptr);
  ~Output() { target_.resize(at_); }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  // Returns a place where at least `room` bytes can be written, valid until the next call. Follow
  // it with Advance(), with the end of the bytes that were written.
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

  // The number of bytes in the string so far, including those before the Output.
  size_t size() const { return at_; }
  size_t start() const { return start_; }
  // Removes everything that was written since size() was `size`.
  void Truncate(size_t size) { at_ = size; }
  // Returns the bytes that were written since size() was `begin`. Valid until the next write.
  absl::string_view Since(size_t begin) const { return {target_.data() + begin, at_ - begin}; }
  char* At(size_t position) { return &target_[position]; }

 private:
  void Grow(size_t room);
  void MakeRoom(size_t size);

  std::string& target_;
  CodecMeter* const meter_;
  size_t start_;
  size_t at_;         // bytes of target_ that are written; the rest is room
  size_t paused_at_;  // at_ when the last step was reported to the meter
};

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_OUTPUT_H_
