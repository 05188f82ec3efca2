// What must not happen under load, and did.

#ifndef TRESTLE_BENCH_RIG_FAULTS_H_
#define TRESTLE_BENCH_RIG_FAULTS_H_

#include <string>

namespace trestle {
namespace bench {

// Prints the first ones, and counts them all.
class Faults {
 public:
  void Add(const std::string& sentence);
  // `sentence` unless `good`.
  void Expect(bool good, const std::string& sentence);
  int count() const { return count_; }

  // Says how many there were; what main returns.
  int ExitCode() const;

 private:
  int count_ = 0;
};

}  // namespace bench
}  // namespace trestle

#endif  // TRESTLE_BENCH_RIG_FAULTS_H_
