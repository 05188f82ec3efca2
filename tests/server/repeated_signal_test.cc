#include "trestle/server/repeated_signal.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>

#include "trestle/server/process/reload_signals.h"
#include "trestle/server/termination_signals.h"
#include "trestle/tests/testing/await.h"

namespace trestle {
namespace {

// Each in a process of its own, where no other thread receives the signal.

TEST(RepeatedSignalTest, RunsTheFunctionAfterEachSignal) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        {
          std::atomic<int> count{0};
          RepeatedSignal signal(SIGUSR1);
          if (!signal.Watch([&] { ++count; }).ok()) std::abort();
          for (int i = 1; i <= 3; ++i) {
            kill(getpid(), SIGUSR1);
            AwaitTrue("the function runs", [&] { return count == i; });
          }
        }
        std::exit(7);
      },
      testing::ExitedWithCode(7), "");
}

TEST(RepeatedSignalTest, WithoutAFunctionAndAfterItsEndTheSignalHasNoEffect) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        {
          RepeatedSignal signal(SIGUSR1);
          kill(getpid(), SIGUSR1);
        }
        kill(getpid(), SIGUSR1);
        std::exit(7);
      },
      testing::ExitedWithCode(7), "");
}

TEST(RepeatedSignalTest, ReloadSignalsDoNotEndTheProcessBeforeAndAfterTheirHandlers) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        const auto send_both = [] {
          kill(getpid(), SIGHUP);
          kill(getpid(), SIGUSR1);
        };
        BlockReloadSignals();
        send_both();
        {
          std::atomic<int> hangups{0};
          std::atomic<int> reopened{0};
          TerminationSignals termination;
          RepeatedSignal reopen(SIGUSR1);
          const auto unexpected = [] { std::abort(); };
          const absl::Status watched =
              termination.Watch(unexpected, TerminationSignals::HardEnd(), [&] { ++hangups; });
          if (!watched.ok() || !reopen.Watch([&] { ++reopened; }).ok()) std::abort();
          AwaitTrue("the pending signals arrive", [&] { return hangups == 1 && reopened == 1; });
        }
        send_both();
        std::exit(7);
      },
      testing::ExitedWithCode(7), "");
}

}  // namespace
}  // namespace trestle
