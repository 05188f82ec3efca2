// Lets a caller limit the memory of the codecs and interrupt their work on large inputs.

#ifndef TRESTLE_TRANSCODING_CODEC_CODEC_METER_H_
#define TRESTLE_TRANSCODING_CODEC_CODEC_METER_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"

namespace trestle {

// Limits the memory of a codec and interrupts its work. Serves one run of a codec, or several
// consecutive ones, on one thread or fiber. Without a meter a codec is limited by its input only.
class CodecMeter {
 public:
  // About how many bytes of output are written, or of input read, between two calls.
  static constexpr size_t kStep = size_t{64} << 10;
  // Reading this many fields of a message, or elements of a list, counts as a step too.
  static constexpr size_t kFieldsInStep = 4096;

  virtual ~CodecMeter() = default;

  // Reports that the codec holds `bytes` more memory than before; negative for less.
  void Hold(int64_t bytes) { Note(TryHold(bytes)); }
  // Reports the end of a step. `written` is the size of the output so far.
  void Pause(size_t written) { Note(TryPause(written)); }
  // Reports the end of the run, with `written` bytes of JSON.
  void Finish(size_t written) { Note(TryFinish(written)); }

  // Returns the first error of the functions below. The codec fails with it soon afterwards.
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

// Counts the work of a loop over fields, whose number a client controls, and pauses after each
// step.
class StepCounter {
 public:
  // `meter` may be null; nothing is counted then.
  explicit StepCounter(CodecMeter* meter) : meter_(meter) {}

  // Counts one field, and the `bytes` of it that were read. Returns false once the meter has
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

// Memory that a codec holds in addition to its output, until this object is destroyed.
class ScratchMemory {
 public:
  // `meter` may be null.
  explicit ScratchMemory(CodecMeter* meter) : meter_(meter) {}
  ~ScratchMemory() { Set(0); }
  ScratchMemory(const ScratchMemory&) = delete;
  ScratchMemory& operator=(const ScratchMemory&) = delete;

  // Sets the amount to `bytes`.
  void Set(size_t bytes) {
    if (meter_ == nullptr || bytes == bytes_) return;
    meter_->Hold(static_cast<int64_t>(bytes) - static_cast<int64_t>(bytes_));
    bytes_ = bytes;
  }
  // Sets the amount to the capacity of a vector or a string.
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
