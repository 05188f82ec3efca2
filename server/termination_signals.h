// SIGTERM, SIGINT and SIGHUP as a function call.

#ifndef TRESTLE_SERVER_TERMINATION_SIGNALS_H_
#define TRESTLE_SERVER_TERMINATION_SIGNALS_H_

#include <signal.h>

#include <atomic>
#include <functional>
#include <thread>

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

  // Runs `on_first` on a thread of its own at the first signal. A second SIGTERM or SIGINT ends
  // the process at once; a second SIGHUP changes nothing. To be called once.
  void Watch(std::function<void()> on_first);

 private:
  sigset_t signals_;
  sigset_t before_;
  std::atomic<bool> done_{false};
  std::thread watcher_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_TERMINATION_SIGNALS_H_
