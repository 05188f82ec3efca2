#include "trestle/server/repeated_signal.h"

#include <pthread.h>

#include <utility>

#include "absl/status/statusor.h"

namespace trestle {
namespace {

sigset_t SetOf(int signal) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal);
  return set;
}

}  // namespace

RepeatedSignal::RepeatedSignal(int signal) : signal_(signal) {
  const sigset_t set = SetOf(signal_);
  pthread_sigmask(SIG_BLOCK, &set, &before_);
}

RepeatedSignal::~RepeatedSignal() {
  if (is_watching_) {
    done_ = true;
    pthread_kill(watcher_.handle(), signal_);  // wakes it
    watcher_.Join();
  }
  // A late one must not end the process, as most signals do by default.
  ::signal(signal_, SIG_IGN);
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

absl::Status RepeatedSignal::Watch(std::function<void()> on_signal) {
  absl::StatusOr<Thread> watcher = Thread::Start([this, on_signal = std::move(on_signal)] {
    const sigset_t set = SetOf(signal_);
    for (;;) {
      int signal = 0;
      if (sigwait(&set, &signal) != 0) continue;
      if (done_) return;
      on_signal();
    }
  });
  if (!watcher.ok()) return watcher.status();
  watcher_ = *std::move(watcher);
  is_watching_ = true;
  return absl::OkStatus();
}

}  // namespace trestle
