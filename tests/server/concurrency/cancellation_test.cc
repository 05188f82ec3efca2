#include "trestle/server/concurrency/cancellation.h"

#include <gtest/gtest.h>

namespace trestle {
namespace {

TEST(CancellationTest, RunsTheHookOnce) {
  Cancellation cancellation;
  int runs = 0;
  CancellationHook hook(&cancellation, [&] { ++runs; });
  EXPECT_FALSE(cancellation.cancelled());
  cancellation.Cancel();
  cancellation.Cancel();
  EXPECT_EQ(runs, 1);
  EXPECT_TRUE(cancellation.cancelled());
}

TEST(CancellationTest, RunsALateHookAtOnce) {
  Cancellation cancellation;
  cancellation.Cancel();
  int runs = 0;
  CancellationHook hook(&cancellation, [&] { ++runs; });
  EXPECT_EQ(runs, 1);
}

TEST(CancellationTest, DoesNotRunADestroyedHook) {
  Cancellation cancellation;
  int runs = 0;
  {
    CancellationHook hook(&cancellation, [&] { ++runs; });
  }
  cancellation.Cancel();
  EXPECT_EQ(runs, 0);
}

TEST(CancellationTest, NeverRunsTheHookOfANullCancellation) {
  CancellationHook hook(nullptr, [] { FAIL(); });
}

}  // namespace
}  // namespace trestle
