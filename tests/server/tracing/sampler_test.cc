// O11: which traces are sampled; and the ids of traces.

#include "trestle/server/tracing/sampler.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "trestle/server/tracing/trace_id.h"

namespace trestle {
namespace {

RemoteTrace Remote(absl::optional<bool> sampled) {
  RemoteTrace remote;
  remote.sampled = sampled;
  return remote;
}

TEST(SamplerTest, O11FollowsTheClientOrTheRatio) {
  const TraceId low{};
  TraceId high{};
  high.fill(0xff);
  TraceId half{};
  half[9] = 0x80;
  const Sampler none(TraceSampling::kParent, 0);
  const Sampler some(TraceSampling::kParent, 0.5);
  const Sampler all(TraceSampling::kParent, 1);
  const auto by_client = [](const Sampler& sampler, const TraceId& id) {
    EXPECT_TRUE(sampler.Decide(Remote(true), id));
    EXPECT_FALSE(sampler.Decide(Remote(false), id));
  };
  by_client(none, high);
  by_client(all, low);
  EXPECT_FALSE(none.Decide({}, high));
  EXPECT_FALSE(none.Decide({}, low));
  EXPECT_TRUE(all.Decide({}, high));
  EXPECT_TRUE(all.Decide({}, low));
  EXPECT_TRUE(some.Decide({}, high));
  EXPECT_TRUE(some.Decide({}, half));
  EXPECT_FALSE(some.Decide({}, low));
  TraceId left{};
  left[8] = 0xff;  // is not among the random bytes
  EXPECT_FALSE(some.Decide({}, left));

  EXPECT_TRUE(Sampler(TraceSampling::kAlways, 0).Decide(Remote(false), low));
  EXPECT_FALSE(Sampler(TraceSampling::kNever, 1).Decide(Remote(true), high));
}

TEST(SamplerTest, O11TheRatioOfNewTracesIsRight) {
  const Sampler sampler(TraceSampling::kParent, 0.25);
  int sampled = 0;
  for (int i = 0; i < 40000; ++i) sampled += sampler.Decide({}, NewTraceId()) ? 1 : 0;
  // 10000, within 12 standard deviations.
  EXPECT_GT(sampled, 9000);
  EXPECT_LT(sampled, 11000);
}

TEST(TraceIdTest, O10IdsDifferAmongThreads) {
  std::set<TraceId> ids;
  std::set<SpanId> spans;
  const auto add = [&] {
    for (int i = 0; i < 1000; ++i) {
      ids.insert(NewTraceId());
      spans.insert(NewSpanId());
    }
  };
  add();
  std::thread(add).join();
  std::thread(add).join();
  EXPECT_EQ(ids.size(), 3000u);
  EXPECT_EQ(spans.size(), 3000u);
  EXPECT_EQ(ids.count(TraceId{}), 0u);
}

}  // namespace
}  // namespace trestle
