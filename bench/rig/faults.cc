#include "trestle/bench/rig/faults.h"

#include <cstdio>

namespace trestle {
namespace bench {

void Faults::Add(const std::string& sentence) {
  constexpr int kPrinted = 20;
  if (++count_ <= kPrinted) std::printf("FAULT: %s\n", sentence.c_str());
  if (count_ == kPrinted) std::printf("FAULT: further ones are only counted\n");
}

void Faults::Expect(bool good, const std::string& sentence) {
  if (!good) Add(sentence);
}

int Faults::ExitCode() const {
  if (count_ > 0) std::printf("%d faults\n", count_);
  return count_ > 0 ? 1 : 0;
}

}  // namespace bench
}  // namespace trestle
