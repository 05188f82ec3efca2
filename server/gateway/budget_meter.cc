#include "trestle/server/gateway/budget_meter.h"

#include "absl/strings/str_cat.h"
#include "trestle/server/concurrency/fiber.h"
#include "trestle/server/http/overload.h"
#include "trestle/transcoding/error.h"

namespace trestle {

absl::Status BudgetMeter::TryHold(int64_t bytes) {
  held_ += bytes;
  return share_.Resize(static_cast<size_t>(held_)) ? absl::OkStatus() : Overloaded();
}

absl::Status BudgetMeter::TryPause(size_t written) {
  Yield();
  return TryFinish(written);
}

absl::Status BudgetMeter::TryFinish(size_t written) {
  if (written <= max_output_) return absl::OkStatus();
  return HttpError(502, absl::StrCat("the JSON of the backend's response is larger than ",
                                     max_output_, " bytes, the limit of --max_response_json"));
}

}  // namespace trestle
