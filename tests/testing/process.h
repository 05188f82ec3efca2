// A program that a test runs, and whose stdout and stderr it reads.

#ifndef TRESTLE_TESTS_TESTING_PROCESS_H_
#define TRESTLE_TESTS_TESTING_PROCESS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "trestle/tests/testing/child_process.h"

namespace trestle {

// Both are pipes: the program blocks when it has written more than they hold.
class Process : public ChildProcess {
 public:
  // `command[0]` is the program's path.
  explicit Process(const std::vector<std::string>& command);
  ~Process();

  // Waits for the next line of its stderr and returns it without "\n"; empty at the end.
  std::string ReadErrorLine();
  // Returns the rest of its stdout or stderr.
  std::string ReadAllOutput();
  std::string ReadAllErrors();
  // Returns its maximum resident memory so far, in bytes.
  size_t PeakMemory() const;

 private:
  int output_ = -1;
  int errors_ = -1;
  std::string buffer_;
};

}  // namespace trestle

#endif  // TRESTLE_TESTS_TESTING_PROCESS_H_
