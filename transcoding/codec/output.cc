#include "trestle/transcoding/codec/output.h"

#include <algorithm>

namespace trestle {
namespace {

constexpr size_t kStep = CodecMeter::kStep;

}  // namespace

Output::Output(std::string* target, size_t expected, CodecMeter* meter)
    : target_(*target), meter_(meter), start_(target->size()), at_(start_), paused_at_(start_) {
  MakeRoom(at_ + expected);
  Grow(std::min(expected, kStep));
}

// The capacity of the string doubles, but its size grows in steps. Memory is thus touched only when
// it is needed, and the meter is consulted regularly.
void Output::Grow(size_t room) {
  const size_t preferred = std::max(2 * target_.size(), target_.capacity());
  const size_t size = std::max(at_ + room, std::min(preferred, at_ + kStep));
  MakeRoom(size);
  target_.resize(size);
  if (meter_ == nullptr || at_ < paused_at_ + kStep) return;
  paused_at_ = at_;
  meter_->Pause(at_ - start_);
}

void Output::MakeRoom(size_t size) {
  const size_t before = target_.capacity();
  if (size <= before) return;
  const size_t after = std::max(size, 2 * before);
  if (meter_ != nullptr) meter_->Hold(static_cast<int64_t>(after - before));
  target_.reserve(after);
}

}  // namespace trestle
