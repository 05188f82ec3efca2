// A program that tests and load tools run in a child process.

#ifndef TRESTLE_TESTS_TESTING_CHILD_PROCESS_H_
#define TRESTLE_TESTS_TESTING_CHILD_PROCESS_H_

#include <sys/types.h>

#include <string>
#include <vector>

namespace trestle {

// The base of classes that read the output of a program. The program is killed by the destructor if
// it still runs, and by the kernel when the thread that started it ends.
class ChildProcess {
 public:
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }  // -1 once it has been waited for
  // Returns true if it has not ended.
  bool Runs();
  void Signal(int signal) const;
  // Halts all its threads until Continue, and returns once they have halted.
  void Pause() const;
  void Continue() const;
  // Waits for its end and returns its exit code, or -signal if a signal ended it.
  int Wait();
  // Signals it, then waits.
  int Stop(int signal);

 protected:
  ChildProcess() = default;
  ~ChildProcess();
  // Starts `command`, the program's path and its arguments, with the descriptors `output` and
  // `errors` as its stdout and stderr. Ends this program if no process can be created.
  void Start(const std::vector<std::string>& command, int output, int errors);

 private:
  pid_t pid_ = -1;
};

}  // namespace trestle

#endif  // TRESTLE_TESTS_TESTING_CHILD_PROCESS_H_
