// What a caller of the codecs learns, and decides, while they work on something large.

#ifndef TRESTLE_TRANSCODING_CODEC_CODEC_METER_H_
#define TRESTLE_TRANSCODING_CODEC_CODEC_METER_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"

namespace trestle {

// Bounds the memory of a codec and interrupts its work. For one run of a codec, or several in a
// row, on one thread or fiber. A codec without one has no bounds but those of its input.
class CodecMeter {
 public:
  // Output is written, and input read, about so much at a time between two calls.
  static constexpr size_t kStep = size_t{64} << 10;
  // Reading a field of a message, or an element of a list, counts as so much work.
  static constexpr size_t kFieldsInStep = 4096;

  virtual ~CodecMeter() = default;

  // The codec takes `bytes` of memory more than before, or less.
  void Hold(int64_t bytes) { Note(TryHold(bytes)); }
  // A step has been done; there are `written` bytes of output by now.
  void Pause(size_t written) { Note(TryPause(written)); }
  // All is done; there are `written` bytes of JSON.
  void Finish(size_t written) { Note(TryFinish(written)); }

  // The first error of the functions below. Once there is one the codec fails with it, soon.
  const absl::Status& refusal() const { return refusal_; }
  bool has_refused() const { return !refusal_.ok(); }

 protected:
  CodecMeter() = default;
  CodecMeter(const CodecMeter&) = default;
  CodecMeter& operator=(const CodecMeter&) = default;

 private:
  virtual absl::Status TryHold(int64_t bytes) = 0;
  // May suspend the fiber that the codec runs on.
  virtual absl::Status TryPause(size_t written) = 0;
  virtual absl::Status TryFinish(size_t written) = 0;

  void Note(const absl::Status& status) {
    if (!status.ok() && refusal_.ok()) refusal_ = status;
  }

  absl::Status refusal_;
};

// Counts the work of a loop over fields, whose number a client decides, and pauses after each step.
class StepCounter {
 public:
  // `meter` may be null: then nothing is counted.
  explicit StepCounter(CodecMeter* meter) : meter_(meter) {}

  // Counts one field, and `bytes` of it if they have been looked at. False once the meter has
  // refused.
  bool Count(size_t bytes = 0) { return meter_ == nullptr || CountOn(bytes + kField); }

 private:
  static constexpr size_t kField = CodecMeter::kStep / CodecMeter::kFieldsInStep;

  bool CountOn(size_t work) {
    if (work < left_) {
      left_ -= work;
      return true;
    }
    if (!meter_->has_refused()) meter_->Pause(0);
    left_ = meter_->has_refused() ? 0 : CodecMeter::kStep;
    return left_ > 0;
  }

  CodecMeter* const meter_;
  size_t left_ = CodecMeter::kStep;
};

// Memory beside the output that a codec holds for as long as this lives.
class ScratchMemory {
 public:
  // `meter` may be null.
  explicit ScratchMemory(CodecMeter* meter) : meter_(meter) {}
  ~ScratchMemory() { Set(0); }
  ScratchMemory(const ScratchMemory&) = delete;
  ScratchMemory& operator=(const ScratchMemory&) = delete;

  // It is `bytes` by now.
  void Set(size_t bytes) {
    if (meter_ == nullptr || bytes == bytes_) return;
    meter_->Hold(static_cast<int64_t>(bytes) - static_cast<int64_t>(bytes_));
    bytes_ = bytes;
  }
  // The memory of a vector or a string.
  template <typename Container>
  void SetTo(const Container& container) {
    Set(container.capacity() * sizeof(typename Container::value_type));
  }

 private:
  CodecMeter* const meter_;
  size_t bytes_ = 0;
};

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_CODEC_METER_H_
