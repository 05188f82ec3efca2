#include "trestle/server/termination_signals.h"

#include <pthread.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <utility>

#include "trestle/server/concurrency/clock.h"

namespace trestle {
namespace {

// nohup and similar programs start others with SIGHUP ignored.
bool IsIgnored(int signal) {
  struct sigaction action {};
  return sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

TerminationSignals::TerminationSignals() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGTERM);
  sigaddset(&signals_, SIGINT);
  if (!IsIgnored(SIGHUP)) sigaddset(&signals_, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals_, &before_);
}

TerminationSignals::~TerminationSignals() {
  if (is_watching_) {
    done_ = true;
    // Wakes the watcher; it is blocked everywhere else.
    pthread_kill(watcher_.handle(), SIGTERM);  // NOLINT(bugprone-bad-signal-to-kill-thread)
    watcher_.Join();
  }
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

int TerminationSignals::AwaitSignalUntil(absl::Time deadline) const {
  for (;;) {
    const absl::Duration left = std::max(deadline - MonotonicNow(), absl::ZeroDuration());
    const timespec timeout = absl::ToTimespec(std::min(left, absl::Hours(1)));
    const int signal = sigtimedwait(&signals_, nullptr, &timeout);
    if (signal > 0) return signal;
    if (errno != EINTR && left == absl::ZeroDuration()) return 0;
  }
}

bool TerminationSignals::AwaitFirst(const std::function<void()>& on_hangup) const {
  for (;;) {
    const int signal = AwaitSignalUntil(absl::InfiniteFuture());
    if (done_) return false;
    if (signal != SIGHUP || !on_hangup) return true;
    on_hangup();
  }
}

// When a terminal closes, both it and its shell may send SIGHUP.
int TerminationSignals::AwaitSecondUntil(absl::Time deadline) const {
  int signal;
  do {
    signal = AwaitSignalUntil(deadline);
  } while (signal == SIGHUP);
  return signal;
}

absl::Status TerminationSignals::Watch(std::function<void()> on_first, HardEnd hard_end,
                                       std::function<void()> on_hangup) {
  absl::StatusOr<Thread> watcher =
      Thread::Start([this, on_first = std::move(on_first), hard_end = std::move(hard_end),
                     on_hangup = std::move(on_hangup)] {
        if (!AwaitFirst(on_hangup)) return;
        on_first();
        const int second = AwaitSecondUntil(MonotonicNow() + hard_end.after);
        if (done_) return;
        if (second > 0) std::_Exit(128 + second);
        if (hard_end.report) hard_end.report();
        std::_Exit(kHardEnd);
      });
  if (!watcher.ok()) return watcher.status();
  watcher_ = *std::move(watcher);
  is_watching_ = true;
  return absl::OkStatus();
}

}  // namespace trestle
