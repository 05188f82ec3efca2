// Records whether a connection has a job, and whether the job has more to receive.

#ifndef TRESTLE_SERVER_HTTP_JOB_STATE_H_
#define TRESTLE_SERVER_HTTP_JOB_STATE_H_

#include <atomic>
#include <cstdint>

#include "absl/time/time.h"

namespace trestle {

// A connection is idle, or it has one job, or it is closed:
//
//   idle            -> busy with more   OnReadable, which starts the job
//   busy            -> busy with more   OnReadable
//   busy with more  -> busy             OnReceive
//   busy            -> idle             TryGoIdle
//   idle            -> closed           CloseIfIdle
//
// The loop reports that the socket became readable, once for each change. "More" keeps that report
// for the job: a job can end only when it has tried to receive after the last one. Thread-safe.
class JobState {
 public:
  enum class Action {
    kStartJob,
    kNotifyJob,
    kNone,  // it is closed
  };

  JobState();

  // Records that there is something to receive, and returns what the caller has to do.
  Action OnReadable();

  // ---- called by the job

  // To be called before each attempt to receive.
  void OnReceive() {
    Phase more = Phase::kBusyWithMore;
    if (phase_ == more) phase_.compare_exchange_strong(more, Phase::kBusy);
  }
  // Returns whether OnReadable was called after the last OnReceive.
  bool has_more() const { return phase_ == Phase::kBusyWithMore; }
  // Ends the job. Returns false if there is more, so that the job has to continue.
  bool TryGoIdle();

  // ---- called by the loop

  // Returns false if there is a job. Otherwise no job starts any more.
  bool CloseIfIdle();
  bool is_idle() const { return phase_ == Phase::kIdle; }
  // Returns when the last job ended, or when this was made.
  absl::Time idle_since() const { return absl::FromUnixNanos(idle_since_); }

 private:
  enum class Phase { kIdle, kBusy, kBusyWithMore, kClosed };

  std::atomic<Phase> phase_{Phase::kIdle};
  std::atomic<int64_t> idle_since_;  // nanoseconds
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_JOB_STATE_H_
