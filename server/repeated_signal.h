// A signal that may come any number of times, as a function call.

#ifndef TRESTLE_SERVER_REPEATED_SIGNAL_H_
#define TRESTLE_SERVER_REPEATED_SIGNAL_H_

#include <signal.h>

#include <atomic>
#include <functional>

#include "absl/status/status.h"
#include "trestle/server/concurrency/thread.h"

namespace trestle {

// During its lifetime, the signal is blocked in the thread that created it and in the threads
// started since: create it before any other thread. Afterwards the signal is ignored.
class RepeatedSignal {
 public:
  explicit RepeatedSignal(int signal);
  ~RepeatedSignal();
  RepeatedSignal(const RepeatedSignal&) = delete;
  RepeatedSignal& operator=(const RepeatedSignal&) = delete;

  // Runs `on_signal` on a separate thread after each signal. Signals that arrive while it runs
  // count as one. Call it once. Fails with ResourceExhausted if the process cannot start a thread.
  absl::Status Watch(std::function<void()> on_signal);

 private:
  const int signal_;
  sigset_t before_;
  std::atomic<bool> done_{false};
  bool is_watching_ = false;
  Thread watcher_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_REPEATED_SIGNAL_H_
