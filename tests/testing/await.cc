#include "trestle/tests/testing/await.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace trestle {

void AwaitTrue(absl::string_view what, const std::function<bool()>& condition) {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::minutes kPatience(1);
  const Clock::time_point end = Clock::now() + kPatience;
  while (!condition()) {
    if (Clock::now() >= end) {
      ADD_FAILURE() << "waited in vain until " << what;
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

}  // namespace trestle
