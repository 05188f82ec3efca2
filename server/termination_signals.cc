#include "trestle/server/termination_signals.h"

#include <pthread.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <utility>

#include "absl/status/statusor.h"
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
  DropFunctions();
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

bool TerminationSignals::AwaitFirst() {
  for (;;) {
    const int signal = AwaitSignalUntil(absl::InfiniteFuture());
    if (done_) return false;
    if (signal != SIGHUP || !on_hangup_) return true;
    {
      const std::lock_guard<std::mutex> lock(hangup_mutex_);
      has_hangup_ = true;
    }
    hangup_.notify_one();
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

void TerminationSignals::RunFirst() {
  const std::lock_guard<std::mutex> lock(first_mutex_);
  if (on_first_) on_first_();
}

void TerminationSignals::RunHangups() {
  std::unique_lock<std::mutex> lock(hangup_mutex_);
  for (;;) {
    hangup_.wait(lock, [this] { return has_hangup_ || is_dropped_; });
    if (is_dropped_) return;
    has_hangup_ = false;
    lock.unlock();
    on_hangup_();
    lock.lock();
  }
}

void TerminationSignals::DropFunctions() {
  {
    const std::lock_guard<std::mutex> lock(hangup_mutex_);
    is_dropped_ = true;
  }
  hangup_.notify_one();
  // First: if on_hangup_ hangs, a signal still drains, and ends the process if that takes too long.
  hangup_thread_.Join();
  const std::lock_guard<std::mutex> lock(first_mutex_);
  on_first_ = nullptr;
}

absl::Status TerminationSignals::Watch(std::function<void()> on_first, HardEnd hard_end,
                                       std::function<void()> on_hangup) {
  on_first_ = std::move(on_first);
  on_hangup_ = std::move(on_hangup);
  if (on_hangup_) {
    absl::StatusOr<Thread> thread = Thread::Start([this] { RunHangups(); });
    if (!thread.ok()) return thread.status();
    hangup_thread_ = *std::move(thread);
  }
  absl::StatusOr<Thread> watcher = Thread::Start([this, hard_end = std::move(hard_end)] {
    if (!AwaitFirst()) return;
    RunFirst();
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
