// A program that a load tool runs beside itself.

#ifndef TRESTLE_BENCH_RIG_CHILD_H_
#define TRESTLE_BENCH_RIG_CHILD_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace trestle {
namespace bench {

// Killed with this if it still runs, and by the kernel should the tool itself be killed.
class Child {
 public:
  // `command[0]` is the program's path. What it prints goes to the file `log`. Exits the
  // tool when there are no processes to be had.
  Child(const std::vector<std::string>& command, std::string log);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  pid_t pid() const { return pid_; }
  // The rest of the first logged line that has `mark` in it. Waits for it; exits the tool
  // with the log's words if the program ends, or says nothing for ten seconds.
  std::string WaitForLine(absl::string_view mark);
  // Whether it has not ended yet.
  bool Runs();
  // What it has printed up to now.
  std::string Log() const;
  void Signal(int signal);
  // Sends SIGKILL, and waits for its end.
  void Kill();

 private:
  const std::string log_;
  pid_t pid_ = -1;
};

}  // namespace bench
}  // namespace trestle

#endif  // TRESTLE_BENCH_RIG_CHILD_H_
