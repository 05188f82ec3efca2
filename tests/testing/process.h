// A child process of a test.

#ifndef TRESTLE_TESTS_TESTING_PROCESS_H_
#define TRESTLE_TESTS_TESTING_PROCESS_H_

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <vector>

namespace trestle {

// Kills the process in the destructor if it still runs.
class Process {
 public:
  // `command[0]` is the program's path.
  explicit Process(const std::vector<std::string>& command);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // Waits for the next line of its stderr and returns it without "\n"; empty at the end.
  std::string ReadErrorLine();
  // Returns the rest of its stdout or stderr.
  std::string ReadAllOutput();
  std::string ReadAllErrors();
  void Signal(int signal);
  void Stop();  // halts all its threads until Continue, and waits until they have halted
  void Continue();
  // Returns its maximum resident memory so far, in bytes.
  size_t PeakMemory() const;
  // Waits for its end and returns its exit code, or -signal if a signal ended it.
  int Wait();

 private:
  pid_t pid_ = -1;
  int output_ = -1;
  int errors_ = -1;
  std::string buffer_;
};

}  // namespace trestle

#endif  // TRESTLE_TESTS_TESTING_PROCESS_H_
