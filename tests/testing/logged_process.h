// A program that a test starts, stops and ends, and whose output goes to the test's log.

#ifndef TRESTLE_TESTS_TESTING_LOGGED_PROCESS_H_
#define TRESTLE_TESTS_TESTING_LOGGED_PROCESS_H_

#include <deque>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "trestle/tests/testing/child_process.h"

namespace trestle {

// A thread reads the program's stdout and stderr, so that writing never blocks it (process.h keeps
// them apart).
class LoggedProcess : public ChildProcess {
 public:
  // `command` is the program's path and its arguments.
  explicit LoggedProcess(const std::vector<std::string>& command);
  ~LoggedProcess();

  // Waits for the next line of its stdout or stderr; returns "" at their end.
  std::string ReadLine();

 private:
  void ReadOutput(int pipe, const std::string& name);

  absl::Mutex mutex_;
  std::deque<std::string> lines_ ABSL_GUARDED_BY(mutex_);  // printed, not yet given out
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread reader_;
};

}  // namespace trestle

#endif  // TRESTLE_TESTS_TESTING_LOGGED_PROCESS_H_
