// A program that a load tool runs in a child process.

#ifndef TRESTLE_BENCH_RIG_CHILD_H_
#define TRESTLE_BENCH_RIG_CHILD_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace trestle {
namespace bench {

// The process is killed by the destructor if it still runs, and by the kernel if the tool is
// killed.
class Child {
 public:
  // `command[0]` is the program's path. Its output goes to the file `log`. Exits the tool if no
  // process can be created.
  Child(const std::vector<std::string>& command, std::string log);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  pid_t pid() const { return pid_; }
  // Waits for a line that contains `mark`, and returns the rest of it. Exits the tool with the log
  // if the program ends, or after ten seconds.
  std::string WaitForLine(absl::string_view mark);
  // Returns true if the process has not ended.
  bool Runs();
  // Returns the output up to now.
  std::string Log() const;
  void Signal(int signal);
  // Sends SIGKILL and waits for the end of the process.
  void Kill();

 private:
  const std::string log_;
  pid_t pid_ = -1;
};

}  // namespace bench
}  // namespace trestle

#endif  // TRESTLE_BENCH_RIG_CHILD_H_
