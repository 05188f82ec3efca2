// Loops that answer ticks, and one that does not.

#include "trestle/server/http/loop_watch.h"

#include <gtest/gtest.h>

#include <vector>

#include "absl/time/time.h"

namespace trestle {
namespace {

using Stuck = std::vector<size_t>;

LoopWatch::Loop LoopOf(LoopPulse* pulse) {
  return {[pulse] { pulse->Ask(); }, [pulse] { return pulse->has_answered(); }};
}

TEST(LoopWatchTest, O2ALoopThatDoesNotAnswerFor5sIsStuck) {
  LoopPulse first, second;
  LoopWatch watch(absl::Seconds(5));
  watch.Watch({LoopOf(&first), LoopOf(&second)});
  const absl::Time start = absl::UnixEpoch();
  EXPECT_EQ(watch.FindStuck(start), Stuck{});
  first.Answer();
  EXPECT_EQ(watch.FindStuck(start + absl::Milliseconds(4999)), Stuck{});
  first.Answer();
  EXPECT_EQ(watch.FindStuck(start + absl::Seconds(5)), Stuck{1});
  EXPECT_EQ(watch.FindStuck(start + absl::Seconds(60)), (Stuck{0, 1}));
  second.Answer();
  EXPECT_EQ(watch.FindStuck(start + absl::Seconds(61)), Stuck{0});
  first.Answer();
  EXPECT_EQ(watch.FindStuck(start + absl::Seconds(62)), Stuck{});
}

TEST(LoopWatchTest, OnlyTicksThatWereSentCount) {
  LoopPulse pulse;
  LoopWatch watch(absl::Seconds(5));
  watch.Watch({LoopOf(&pulse)});
  const absl::Time start = absl::UnixEpoch();
  EXPECT_EQ(watch.FindStuck(start), Stuck{});
  pulse.Answer();
  // A long time without a call is not a long time without an answer.
  EXPECT_EQ(watch.FindStuck(start + absl::Hours(1)), Stuck{});
}

TEST(LoopWatchTest, LoopsThatHaveEndedAreNotTouched) {
  LoopWatch watch(absl::Seconds(5));
  {
    LoopPulse pulse;
    watch.Watch({LoopOf(&pulse)});
    watch.Watch({});
  }
  EXPECT_EQ(watch.FindStuck(absl::UnixEpoch()), Stuck{});
}

// In a drain, a loop without connections ends before the others.
TEST(LoopWatchTest, O2ALoopThatHasEndedIsNotStuck) {
  LoopPulse pulse;
  LoopWatch watch(absl::Seconds(5));
  watch.Watch({LoopOf(&pulse)});
  const absl::Time start = absl::UnixEpoch();
  EXPECT_EQ(watch.FindStuck(start), Stuck{});
  EXPECT_EQ(watch.FindStuck(start + absl::Seconds(5)), Stuck{0});
  pulse.End();
  EXPECT_EQ(watch.FindStuck(start + absl::Seconds(10)), Stuck{});
  EXPECT_EQ(watch.FindStuck(start + absl::Seconds(20)), Stuck{});
}

}  // namespace
}  // namespace trestle
