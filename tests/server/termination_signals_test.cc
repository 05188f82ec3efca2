// Signals as a function call, each in a process of its own.

#include "trestle/server/termination_signals.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "absl/time/time.h"

namespace trestle {
namespace {

[[noreturn]] void SleepForEver() {
  for (;;) pause();
}

TEST(TerminationSignalsTest, TheFirstRunsTheFunctionAndTheSecondEndsTheProcess) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        TerminationSignals signals;
        signals.Watch([] {
          std::fputs("draining\n", stderr);
          kill(getpid(), SIGTERM);
        });
        kill(getpid(), SIGINT);
        SleepForEver();
      },
      testing::ExitedWithCode(128 + SIGTERM), "draining");
}

TEST(TerminationSignalsTest, AProcessThatHangsAfterTheFirstIsEnded) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        TerminationSignals signals;
        signals.Watch([] {}, {absl::Milliseconds(10), [] { std::fputs("too late\n", stderr); }});
        kill(getpid(), SIGTERM);
        SleepForEver();
      },
      testing::ExitedWithCode(TerminationSignals::kHardEnd), "too late");
}

TEST(TerminationSignalsTest, O16AHangupRunsItsFunctionEachTime) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        TerminationSignals signals;
        std::atomic<int> hangups{0};
        const auto on_hangup = [&] {
          if (++hangups < 3) kill(getpid(), SIGHUP);
          if (hangups == 3) kill(getpid(), SIGTERM);
        };
        signals.Watch([&] { std::_Exit(hangups); }, {}, on_hangup);
        kill(getpid(), SIGHUP);
        SleepForEver();
      },
      testing::ExitedWithCode(3), "");
}

TEST(TerminationSignalsTest, O16AHangupThatHangsDelaysNoOtherSignal) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        TerminationSignals signals;
        const auto hang = [] {
          kill(getpid(), SIGTERM);
          SleepForEver();
        };
        signals.Watch([] { std::_Exit(5); }, {}, hang);
        kill(getpid(), SIGHUP);
        SleepForEver();
      },
      testing::ExitedWithCode(5), "");
}

TEST(TerminationSignalsTest, AfterDropFunctionsOnlyTheSecondSignalHasAnEffect) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        TerminationSignals signals;
        signals.Watch([] { std::abort(); }, {}, [] { std::abort(); });
        signals.DropFunctions();
        kill(getpid(), SIGHUP);
        for (;;) kill(getpid(), SIGTERM);
      },
      testing::ExitedWithCode(128 + SIGTERM), "");
}

TEST(TerminationSignalsTest, DropFunctionsWaitsForTheFunctionThatRuns) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        TerminationSignals signals;
        std::atomic<bool> runs{false};
        std::atomic<bool> has_run{false};
        const auto on_hangup = [&] {
          runs = true;
          for (int i = 0; i < 1000; ++i) std::this_thread::yield();
          has_run = true;
        };
        signals.Watch([] {}, {}, on_hangup);
        kill(getpid(), SIGHUP);
        while (!runs) std::this_thread::yield();
        signals.DropFunctions();
        std::_Exit(has_run ? 3 : 4);
      },
      testing::ExitedWithCode(3), "");
}

TEST(TerminationSignalsTest, AProcessThatEndsInTimeIsLeftAlone) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        {
          TerminationSignals signals;
          std::atomic<bool> is_told{false};
          signals.Watch([&] { is_told = true; }, {absl::Hours(1), [] { std::abort(); }});
          kill(getpid(), SIGTERM);
          while (!is_told) std::this_thread::yield();
        }
        std::exit(7);
      },
      testing::ExitedWithCode(7), "");
}

}  // namespace
}  // namespace trestle
