// SIGTERM, SIGINT and SIGHUP as function calls.

#ifndef TRESTLE_SERVER_TERMINATION_SIGNALS_H_
#define TRESTLE_SERVER_TERMINATION_SIGNALS_H_

#include <signal.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "trestle/server/concurrency/thread.h"

namespace trestle {

// During its lifetime, SIGTERM, SIGINT and SIGHUP are blocked in the thread that created it and in
// the threads started since: create it before any other thread. In a program that was started with
// SIGHUP ignored, as by nohup, SIGHUP stays ignored.
class TerminationSignals {
 public:
  TerminationSignals();
  ~TerminationSignals();
  TerminationSignals(const TerminationSignals&) = delete;
  TerminationSignals& operator=(const TerminationSignals&) = delete;

  // Ends the process if it has not ended by itself after the first signal.
  struct HardEnd {
    absl::Duration after = absl::InfiniteDuration();
    // Runs first, on the same thread. It must not block.
    std::function<void()> report = nullptr;
  };
  // The exit status of a hard end.
  static constexpr int kHardEnd = 1;

  // Runs `on_first` on a separate thread at the first signal; it must not block. A second SIGTERM
  // or SIGINT ends the process at once, and so does `hard_end`: with _Exit, so that nothing that
  // hangs can delay it. A second SIGHUP has no effect. If `on_hangup` is not null, SIGHUP is not
  // such a signal: each one before the first SIGTERM or SIGINT runs `on_hangup`, on a thread of its
  // own, so that it may block without delaying the other signals. Those that arrive while it runs
  // count as one. Call it once. Fails with ResourceExhausted if the process cannot start a thread.
  absl::Status Watch(std::function<void()> on_first, HardEnd hard_end,
                     std::function<void()> on_hangup = nullptr);
  absl::Status Watch(std::function<void()> on_first) {
    return Watch(std::move(on_first), HardEnd());
  }

  // Waits until neither `on_first` nor `on_hangup` runs; they are not called afterwards, so what
  // they use may be destroyed. The second signal and `hard_end` still end the process. The
  // destructor does the same. Must not be called by these functions.
  void DropFunctions();

 private:
  void RunFirst();
  void RunHangups();
  // Returns false when this is being destroyed.
  bool AwaitFirst();
  // Returns 0 at `deadline`.
  int AwaitSignalUntil(absl::Time deadline) const;
  int AwaitSecondUntil(absl::Time deadline) const;

  sigset_t signals_;
  sigset_t before_;
  std::atomic<bool> done_{false};
  bool is_watching_ = false;

  std::mutex first_mutex_;  // held while on_first_ runs
  std::function<void()> on_first_;
  std::function<void()> on_hangup_;

  std::mutex hangup_mutex_;
  std::condition_variable hangup_;
  bool has_hangup_ = false;  // one that on_hangup_ has not run for
  bool is_dropped_ = false;

  Thread hangup_thread_;
  Thread watcher_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_TERMINATION_SIGNALS_H_
