// A program that a load tool runs, and whose output goes to a file.

#ifndef TRESTLE_BENCH_RIG_CHILD_H_
#define TRESTLE_BENCH_RIG_CHILD_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "trestle/tests/testing/child_process.h"

namespace trestle {
namespace bench {

class Child : public ChildProcess {
 public:
  // `command[0]` is the program's path. Its output goes to the file `log`.
  Child(const std::vector<std::string>& command, std::string log);

  // Waits for a line that contains `mark`, and returns the rest of it. Exits the tool with the log
  // if the program ends, or after ten seconds.
  std::string WaitForLine(absl::string_view mark);
  // Returns the output up to now.
  std::string Log() const;

 private:
  const std::string log_;
};

}  // namespace bench
}  // namespace trestle

#endif  // TRESTLE_BENCH_RIG_CHILD_H_
