// A program that a test starts, stops and ends, and whose output goes to the test's log.

#ifndef TRESTLE_TESTS_TESTING_LOGGED_PROCESS_H_
#define TRESTLE_TESTS_TESTING_LOGGED_PROCESS_H_

#include <sys/types.h>

#include <deque>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace trestle {

// Kills the program in the destructor, and when the test itself ends early. A thread reads the
// program's stdout and stderr, so that writing never blocks it (process.h keeps them apart).
class LoggedProcess {
 public:
  // `command` is the program's path and its arguments.
  explicit LoggedProcess(const std::vector<std::string>& command);
  ~LoggedProcess();
  LoggedProcess(const LoggedProcess&) = delete;
  LoggedProcess& operator=(const LoggedProcess&) = delete;

  // Waits for the next line of its stdout or stderr; returns "" at their end.
  std::string ReadLine();

  void Signal(int signal) const;
  // Stops all its threads, and returns once they have stopped; Signal(SIGCONT) continues them.
  void Pause() const;
  // Waits for its end. Returns its exit status, or 128 plus the signal that ended it.
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

#endif  // TRESTLE_TESTS_TESTING_LOGGED_PROCESS_H_
