#include "trestle/server/http/job_state.h"

#include "trestle/server/concurrency/clock.h"

namespace trestle {

JobState::JobState() : idle_since_(absl::ToUnixNanos(MonotonicNow())) {}

JobState::Action JobState::OnReadable() {
  Phase seen = Phase::kIdle;
  for (;;) {
    switch (seen) {
      case Phase::kIdle:
        if (phase_.compare_exchange_weak(seen, Phase::kBusyWithMore)) return Action::kStartJob;
        break;
      case Phase::kBusy:
        if (phase_.compare_exchange_weak(seen, Phase::kBusyWithMore)) return Action::kNotifyJob;
        break;
      case Phase::kBusyWithMore:
        return Action::kNotifyJob;
      case Phase::kClosed:
        return Action::kNone;
    }
  }
}

bool JobState::TryGoIdle() {
  idle_since_ = absl::ToUnixNanos(MonotonicNow());
  Phase busy = Phase::kBusy;
  return phase_.compare_exchange_strong(busy, Phase::kIdle);
}

bool JobState::CloseIfIdle() {
  Phase idle = Phase::kIdle;
  return phase_.compare_exchange_strong(idle, Phase::kClosed);
}

}  // namespace trestle
