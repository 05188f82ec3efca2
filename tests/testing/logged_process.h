// A program that a test starts, talks to and ends.

#ifndef TRESTLE_TESTS_E2E_PROCESS_H_
#define TRESTLE_TESTS_E2E_PROCESS_H_

#include <sys/types.h>

#include <deque>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace trestle {

// Running from construction to destruction at most: what still runs then is killed, as
// it is when the test itself ends before its time. What it prints goes to the test's log.
class Process {
 public:
  // `command` is the program's path and its arguments.
  explicit Process(const std::vector<std::string>& command);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // Waits for the next line of its stdout or stderr; "" once there will be none.
  std::string ReadLine();

  void Signal(int signal) const;
  // Stops it in its tracks, and returns once it stands still; Signal(SIGCONT) goes on.
  void Pause() const;
  // Waits for its end: its exit status, or 128 and the signal that ended it.
  int Wait();
  // Signals, then waits.
  int Stop(int signal);

 private:
  void ReadOutput(int pipe, const std::string& name);

  pid_t pid_;  // 0 once it has been waited for
  absl::Mutex mutex_;
  std::deque<std::string> lines_ ABSL_GUARDED_BY(mutex_);  // printed, not yet given out
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread reader_;
};

}  // namespace trestle

#endif  // TRESTLE_TESTS_E2E_PROCESS_H_
