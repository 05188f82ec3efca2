// O12: batches, and collectors that are down, slow, or refuse spans.

#include "trestle/server/tracing/exporter.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "trestle/tests/testing/await.h"

namespace trestle {
namespace {

// A collector whose results are set in advance; after those it accepts everything.
class FakeCollector final : public Collector {
 public:
  struct State {
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<SendResult> results;
    std::vector<std::string> requests;
    bool is_stuck = false;
    bool is_cancelled = false;
  };
  explicit FakeCollector(State* state) : state_(*state) {}

  SendResult Send(const std::string& request, absl::Duration timeout) override {
    EXPECT_GT(timeout, absl::ZeroDuration());
    std::unique_lock<std::mutex> lock(state_.mutex);
    state_.requests.push_back(request);
    state_.changed.wait(lock, [this] { return !state_.is_stuck || state_.is_cancelled; });
    if (state_.is_cancelled) return {absl::CancelledError("cancelled"), true};
    if (state_.results.empty()) return {};
    SendResult result = state_.results.front();
    state_.results.pop_front();
    return result;
  }
  void Cancel() override {
    const std::lock_guard<std::mutex> lock(state_.mutex);
    state_.is_cancelled = true;
    state_.changed.notify_all();
  }

 private:
  State& state_;
};

class ExporterTest : public testing::Test {
 protected:
  ExporterTest() {
    options_.endpoint = "collector:4317";
    options_.interval = absl::Milliseconds(1);
    options_.retry_pause = absl::Milliseconds(1);
    options_.on_problem = [this](const std::string& problem) {
      const std::lock_guard<std::mutex> lock(state_.mutex);
      problems_.push_back(problem);
    };
  }

  void Start() {
    auto exporter = Exporter::Start(options_, "", std::make_unique<FakeCollector>(&state_));
    ASSERT_TRUE(exporter.ok()) << exporter.status();
    exporter_ = *std::move(exporter);
  }
  void AwaitSent(uint64_t count) {
    AwaitTrue("spans are sent", [&] { return exporter_->counts().sent == count; });
  }
  void AwaitDropped(uint64_t count) {
    AwaitTrue("spans are dropped", [&] { return exporter_->counts().dropped == count; });
  }
  size_t requests() {
    const std::lock_guard<std::mutex> lock(state_.mutex);
    return state_.requests.size();
  }
  std::vector<std::string> problems() {
    const std::lock_guard<std::mutex> lock(state_.mutex);
    return problems_;
  }
  void SetStuck(bool is_stuck) {
    const std::lock_guard<std::mutex> lock(state_.mutex);
    state_.is_stuck = is_stuck;
    state_.changed.notify_all();
  }

  TracerOptions options_;
  FakeCollector::State state_;
  std::vector<std::string> problems_;
  std::unique_ptr<Exporter> exporter_;
};

const SendResult kDown{absl::UnavailableError("backend unavailable"), true};

TEST_F(ExporterTest, O12SpansAreSent) {
  Start();
  exporter_->Push("\x12\x01x", 1);
  AwaitSent(1);
  EXPECT_TRUE(absl::StrContains(state_.requests.front(), "\x12\x01x"));
  EXPECT_TRUE(problems().empty());
}

TEST_F(ExporterTest, O12ACollectorThatIsBackGetsTheSpans) {
  state_.results = {kDown, kDown, kDown};
  Start();
  exporter_->Push("\x12\x01x", 1);
  AwaitSent(1);
  EXPECT_EQ(requests(), 4u);
  EXPECT_EQ(exporter_->counts().dropped, 0u);
  // Three failures, one line.
  ASSERT_EQ(problems().size(), 1u);
  EXPECT_EQ(problems()[0], "collector collector:4317: backend unavailable; 0 spans were dropped");
}

TEST_F(ExporterTest, O12ACollectorThatStaysDownCostsCountedDropsAndOneLine) {
  options_.retry_time = absl::ZeroDuration();
  for (int i = 0; i < 1000; ++i) state_.results.push_back(kDown);
  Start();
  for (uint64_t i = 0; i < 10; ++i) {
    exporter_->Push("\x12\x01x", 2);
    AwaitDropped(2 * (i + 1));
  }
  EXPECT_EQ(exporter_->counts().sent, 0u);
  ASSERT_EQ(problems().size(), 1u);
  EXPECT_EQ(problems()[0], "collector collector:4317: backend unavailable; 2 spans were dropped");
}

TEST_F(ExporterTest, O12ARequestThatIsRefusedIsNotSentAgain) {
  state_.results = {{absl::InvalidArgumentError("bad"), false}};
  Start();
  exporter_->Push("\x12\x01x", 1);
  AwaitDropped(1);
  EXPECT_EQ(requests(), 1u);
  exporter_->Push("\x12\x01x", 1);
  AwaitSent(1);
}

// The clock of a condition variable overflows: the thread would not wait at all.
TEST_F(ExporterTest, AnInfiniteIntervalLastsUntilTheEnd) {
  options_.interval = absl::InfiniteDuration();
  Start();
  for (int i = 0; i < 50; ++i) {
    exporter_->Push("\x12\x01x", 1);
    std::this_thread::yield();
  }
  exporter_.reset();
  EXPECT_EQ(requests(), 1u);
}

TEST_F(ExporterTest, AnInfiniteFlushTimeoutCancelsNothing) {
  options_.flush_timeout = absl::InfiniteDuration();
  options_.timeout = absl::InfiniteDuration();
  SetStuck(true);
  Start();
  exporter_->Push("\x12\x01x", 1);
  AwaitTrue("the request is sent", [&] { return requests() == 1; });
  std::thread collector([&] {
    absl::SleepFor(absl::Milliseconds(50));
    SetStuck(false);
  });
  exporter_.reset();
  collector.join();
  EXPECT_FALSE(state_.is_cancelled);
}

TEST_F(ExporterTest, O12RejectedSpansAreCounted) {
  state_.results = {{absl::OkStatus(), false, 1, "one is too old"},
                    {absl::OkStatus(), false, 1000, ""}};  // more than there were
  Start();
  exporter_->Push("\x12\x01x", 3);
  AwaitSent(2);
  EXPECT_EQ(exporter_->counts().dropped, 1u);
  exporter_->Push("\x12\x01x", 3);
  AwaitDropped(4);
  EXPECT_EQ(exporter_->counts().sent, 2u);
  EXPECT_EQ(problems()[0], "collector collector:4317: one is too old; 1 spans were dropped");
}

TEST_F(ExporterTest, O12ASlowCollectorFillsTheQueueAndNothingElse) {
  options_.max_queued = 64 << 10;
  options_.max_batch = 16 << 10;
  Start();
  SetStuck(true);
  const std::string span(1 << 10, 'x');
  for (int i = 0; i < 1000; ++i) exporter_->Push(span, 1);  // does not wait
  EXPECT_GE(exporter_->counts().dropped, 1000u - 64u);
  SetStuck(false);
  AwaitTrue("the rest is sent", [&] {
    const ExporterCounts counts = exporter_->counts();
    return counts.sent > 0 && counts.sent + counts.dropped == 1000;
  });
}

TEST_F(ExporterTest, O12WhatIsLeftIsSentAtTheEnd) {
  options_.interval = absl::Hours(1);
  Start();
  exporter_->Push("\x12\x01x", 1);
  exporter_.reset();
  EXPECT_EQ(requests(), 1u);
}

TEST_F(ExporterTest, O12TheEndIsBounded) {
  options_.flush_timeout = absl::Milliseconds(10);
  Start();
  SetStuck(true);
  exporter_->Push("\x12\x01x", 1);
  exporter_.reset();  // returns although the collector never responds
  EXPECT_TRUE(state_.is_cancelled);
}

TEST_F(ExporterTest, O12AFullBatchIsSentAtOnce) {
  options_.interval = absl::Hours(1);
  options_.max_batch = 100;
  Start();
  // A wakeup that comes before the thread waits is missed, so a single one would not do.
  AwaitTrue("a batch is sent", [&] {
    exporter_->Push(std::string(60, 'x'), 1);
    return exporter_->counts().sent > 0;
  });
}

}  // namespace
}  // namespace trestle
