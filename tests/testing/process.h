// A program that a test runs beside itself.

#ifndef TRESTLE_TESTS_TESTING_PROCESS_H_
#define TRESTLE_TESTS_TESTING_PROCESS_H_

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <vector>

namespace trestle {

// Killed, if it still runs, with this.
class Process {
 public:
  // `command[0]` is the program's path.
  explicit Process(const std::vector<std::string>& command);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // The next line of its stderr without the "\n", waiting for it; empty at the end.
  std::string ReadErrorLine();
  // All that its stdout or stderr still brings.
  std::string ReadAllOutput();
  std::string ReadAllErrors();
  void Signal(int signal);
  void Stop();  // halts all its threads, until Continue; returns once they are
  void Continue();
  // The most memory that it has had resident so far, in bytes.
  size_t PeakMemory() const;
  // Its exit code, waiting for it; -signal if one ended it.
  int Wait();

 private:
  pid_t pid_ = -1;
  int output_ = -1;
  int errors_ = -1;
  std::string buffer_;
};

}  // namespace trestle

#endif  // TRESTLE_TESTS_TESTING_PROCESS_H_
