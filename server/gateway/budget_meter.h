// Charges the memory of the codecs to a share of the server's budget.

#ifndef TRESTLE_SERVER_GATEWAY_BUDGET_METER_H_
#define TRESTLE_SERVER_GATEWAY_BUDGET_METER_H_

#include <cstddef>
#include <cstdint>
#include <limits>

#include "absl/status/status.h"
#include "trestle/server/buffer_budget.h"
#include "trestle/transcoding/codec/codec_meter.h"

namespace trestle {

// Fails with Overloaded (503) if the budget has no room. Lets other fibers run between two steps:
// not for codecs that run under a lock, or within RunOnThreadStack.
class BudgetMeter final : public CodecMeter {
 public:
  static constexpr size_t kNoLimit = std::numeric_limits<size_t>::max();

  // Charges to `*share`, which must outlive this, in addition to what it holds already. Output of
  // more than `max_output` bytes, which is JSON, is HttpError 502.
  explicit BudgetMeter(BufferShare* share, size_t max_output = kNoLimit)
      : share_(*share), held_(static_cast<int64_t>(share->size())), max_output_(max_output) {}

 private:
  absl::Status TryHold(int64_t bytes) override;
  absl::Status TryPause(size_t written) override;
  absl::Status TryFinish(size_t written) override;

  BufferShare& share_;
  int64_t held_;
  const size_t max_output_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_GATEWAY_BUDGET_METER_H_
