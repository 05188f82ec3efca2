// SIGTERM, SIGINT and SIGHUP as a function call.

#ifndef TRESTLE_SERVER_TERMINATION_SIGNALS_H_
#define TRESTLE_SERVER_TERMINATION_SIGNALS_H_

#include <signal.h>

#include <atomic>
#include <functional>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "trestle/server/concurrency/thread.h"

namespace trestle {

// While it lives, SIGTERM, SIGINT and SIGHUP are blocked in the thread that made it and in those
// started since: make it before any other thread. SIGHUP is left alone in a program that was
// started with SIGHUP ignored, as nohup does.
class TerminationSignals {
 public:
  TerminationSignals();
  ~TerminationSignals();
  TerminationSignals(const TerminationSignals&) = delete;
  TerminationSignals& operator=(const TerminationSignals&) = delete;

  // How the process ends when it has not ended by itself after the first signal.
  struct HardEnd {
    absl::Duration after = absl::InfiniteDuration();
    // Runs first, on the same thread. It must not block.
    std::function<void()> report = nullptr;
  };
  // The exit status of a hard end.
  static constexpr int kHardEnd = 1;

  // Runs `on_first` on a thread of its own at the first signal; it must not block. A second SIGTERM
  // or SIGINT ends the process at once, as does `hard_end`: by _Exit, so nothing that hangs can
  // delay it. A second SIGHUP changes nothing. To be called once. ResourceExhausted when the
  // process can have no more threads.
  absl::Status Watch(std::function<void()> on_first, HardEnd hard_end);
  absl::Status Watch(std::function<void()> on_first) {
    return Watch(std::move(on_first), HardEnd());
  }

 private:
  // 0 at `deadline`.
  int AwaitSignalUntil(absl::Time deadline) const;
  int AwaitSecondUntil(absl::Time deadline) const;

  sigset_t signals_;
  sigset_t before_;
  std::atomic<bool> done_{false};
  bool is_watching_ = false;
  Thread watcher_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_TERMINATION_SIGNALS_H_
