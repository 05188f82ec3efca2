// Collects violations of what the load tools check.

#ifndef TRESTLE_BENCH_RIG_FAULTS_H_
#define TRESTLE_BENCH_RIG_FAULTS_H_

#include <string>

namespace trestle {
namespace bench {

// Prints the first ones, and counts all of them.
class Faults {
 public:
  void Add(const std::string& sentence);
  // Adds `sentence` unless `good`.
  void Expect(bool good, const std::string& sentence);
  int count() const { return count_; }

  // Prints the number of faults, and returns the exit code of main.
  int ExitCode() const;

 private:
  int count_ = 0;
};

}  // namespace bench
}  // namespace trestle

#endif  // TRESTLE_BENCH_RIG_FAULTS_H_
