#include "trestle/server/termination_signals.h"

#include <pthread.h>

#include <cstdlib>
#include <utility>

namespace trestle {
namespace {

// nohup and its like ignore SIGHUP for the programs that they start.
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
  if (watcher_.joinable()) {
    done_ = true;
    // The watcher waits for it; it ends nothing.
    pthread_kill(watcher_.native_handle(), SIGTERM);  // NOLINT(bugprone-bad-signal-to-kill-thread)
    watcher_.join();
  }
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void TerminationSignals::Watch(std::function<void()> on_first) {
  watcher_ = std::thread([this, on_first = std::move(on_first)] {
    for (bool first = true;;) {
      int signal = 0;
      sigwait(&signals_, &signal);
      if (done_) return;
      if (first) {
        on_first();
        first = false;
      } else if (signal != SIGHUP) {
        // A terminal that closes may send SIGHUP twice, by itself and by its shell.
        std::_Exit(128 + signal);
      }
    }
  });
}

}  // namespace trestle
