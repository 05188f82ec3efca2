// Metrics that a program adds.

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "trestle/server/concurrency/thread_shard.h"
#include "trestle/server/metrics.h"

namespace trestle {
namespace {

// Returns the lines of `metrics` that contain `part`.
std::string LinesWith(const Metrics& metrics, absl::string_view part) {
  std::string lines;
  for (absl::string_view line : absl::StrSplit(metrics.Scrape(MetricsFormat::kPrometheus), '\n')) {
    if (absl::StrContains(line, part)) absl::StrAppend(&lines, line, "\n");
  }
  return lines;
}

TEST(CustomMetricsTest, ACounterAddsUpPerSeries) {
  Metrics metrics({}, {}, nullptr);
  Counter* const counter = *metrics.AddCounter("shop_orders_total", "Orders.", {"plan", "region"});
  counter->Increment({"gold", "eu"});
  counter->Add(1.5, {"gold", "eu"});
  counter->Increment({"a\"b\n", "\xFF"});
  EXPECT_EQ(LinesWith(metrics, "shop_"),
            "# HELP shop_orders_total Orders.\n# TYPE shop_orders_total counter\n"
            "shop_orders_total{plan=\"a\\\"b\\n\",region=\"\xEF\xBF\xBD\"} 1\n"
            "shop_orders_total{plan=\"gold\",region=\"eu\"} 2.5\n");
}

TEST(CustomMetricsTest, AMetricWithoutLabelsBeginsAtZero) {
  Metrics metrics({}, {}, nullptr);
  Gauge* const gauge = *metrics.AddGauge("shop_queue", "Queue.", {});
  EXPECT_TRUE(absl::StrContains(LinesWith(metrics, "shop_"), "shop_queue 0\n"));
  gauge->Set(7, {});
  gauge->Add(-2.5, {});
  EXPECT_TRUE(absl::StrContains(LinesWith(metrics, "shop_"), "shop_queue 4.5\n"));
  EXPECT_EQ(LinesWith(metrics, "metric=\"shop_queue\""), "");
}

TEST(CustomMetricsTest, AHistogramHasBuckets) {
  Metrics metrics({}, {}, nullptr);
  Histogram* const histogram =
      *metrics.AddHistogram("shop_wait_seconds", "Waits.", {"plan"}, {0.1, 1});
  for (const double value : {0.05, 0.1, 0.5, 3.0}) histogram->Observe(value, {"gold"});
  EXPECT_EQ(LinesWith(metrics, "shop_"),
            "# HELP shop_wait_seconds Waits.\n# TYPE shop_wait_seconds histogram\n"
            "shop_wait_seconds_bucket{plan=\"gold\",le=\"0.1\"} 2\n"
            "shop_wait_seconds_bucket{plan=\"gold\",le=\"1\"} 3\n"
            "shop_wait_seconds_bucket{plan=\"gold\",le=\"+Inf\"} 4\n"
            "shop_wait_seconds_sum{plan=\"gold\"} 3.65\n"
            "shop_wait_seconds_count{plan=\"gold\"} 4\n");
}

// O8
TEST(CustomMetricsTest, O8FurtherSeriesAreOne) {
  MetricsOptions options;
  options.max_custom_series = 3;
  Metrics metrics(options, {}, nullptr);
  Counter* const counter = *metrics.AddCounter("shop_orders_total", "Orders.", {"user"});
  for (int i = 0; i < 1000; ++i) counter->Increment({absl::StrCat(i)});
  counter->Increment({"0"});
  EXPECT_EQ(LinesWith(metrics, "shop_orders_total{"),
            "shop_orders_total{user=\"0\"} 2\n"
            "shop_orders_total{user=\"1\"} 1\n"
            "shop_orders_total{user=\"2\"} 1\n"
            "shop_orders_total{user=\"_other\"} 997\n");
  EXPECT_EQ(LinesWith(metrics, "other_total{metric=\"shop"),
            "trestle_metrics_other_total{metric=\"shop_orders_total\"} 997\n");
}

TEST(CustomMetricsTest, TheWrongNumberOfValuesIsCountedAsOther) {
  Metrics metrics({}, {}, nullptr);
  Counter* const counter = *metrics.AddCounter("shop_orders_total", "Orders.", {"user"});
  counter->Increment({});
  counter->Increment({"a", "b"});
  EXPECT_EQ(LinesWith(metrics, "shop_orders_total{"), "shop_orders_total{user=\"_other\"} 2\n");
}

TEST(CustomMetricsTest, ThreadsCountTogether) {
  Metrics metrics({}, {}, nullptr);
  Counter* const counter = *metrics.AddCounter("shop_orders_total", "Orders.", {"user"});
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      // Two loops and two other threads.
      std::unique_ptr<LoopShard> shard;
      if (thread % 2 == 0) shard = std::make_unique<LoopShard>();
      for (int i = 0; i < 1000; ++i) counter->Increment({absl::StrCat(i % 10)});
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(LinesWith(metrics, absl::StrCat("user=\"", i, "\"")),
              absl::StrCat("shop_orders_total{user=\"", i, "\"} 400\n"));
  }
}

TEST(CustomMetricsTest, RefusesInvalidMetrics) {
  Metrics metrics({}, {}, nullptr);
  ASSERT_TRUE(metrics.AddCounter("taken_total", "", {}).ok());
  const std::vector<double> buckets = {1};
  const struct {
    absl::Status status;
    std::string message;
  } kRows[] = {
      {metrics.AddCounter("", "", {}).status(), "letters, digits and _"},
      {metrics.AddCounter("1_total", "", {}).status(), "letters, digits and _"},
      {metrics.AddCounter("a\n_total", "", {}).status(), "letters, digits and _"},
      {metrics.AddCounter("a", "", {}).status(), "end in _total"},
      {metrics.AddGauge("a_total", "", {}).status(), "end in _total"},
      {metrics.AddGauge("a_count", "", {}).status(), "does not end in _count"},
      {metrics.AddGauge("a", "", {"__b"}).status(), "label \"__b\""},
      {metrics.AddGauge("a", "", {"b", "b"}).status(), "label \"b\""},
      {metrics.AddGauge("a", "", {"b\"} 1"}).status(), "label"},
      {metrics.AddHistogram("a", "", {"le"}, buckets).status(), "label \"le\""},
      {metrics.AddHistogram("a", "", {}, {}).status(), "0 buckets"},
      {metrics.AddHistogram("a", "", {}, {1, 1}).status(), "bucket 2 is 1"},
      {metrics.AddHistogram("a", "", {}, {0.0 / 0.0}).status(), "bucket 1 is nan"},
      {metrics.AddCounter("taken_total", "", {}).status(), "a metric of that name already"},
      {metrics.AddGauge("taken", "", {}).status(), "a metric of that name already"},
      {metrics.AddGauge("process_a", "", {}).status(), "begin with process_"},
      {metrics.AddGauge("trestle_a", "", {}).status(), "begin with trestle_"},
  };
  for (const auto& row : kRows) {
    EXPECT_FALSE(row.status.ok()) << row.message;
    EXPECT_TRUE(absl::StrContains(row.status.message(), row.message)) << row.status;
  }
}

TEST(CustomMetricsTest, ACallbackIsCalledByEachScrape) {
  Metrics metrics({}, {}, nullptr);
  double value = 1;
  ASSERT_TRUE(metrics.AddCallback("shop_lost_total", "Lost.", [&] { return value; }).ok());
  ASSERT_TRUE(metrics.AddCallback("shop_queue", "Waiting.", [&] { return -value; }).ok());
  EXPECT_EQ(LinesWith(metrics, "shop_lost_total"),
            "# HELP shop_lost_total Lost.\n# TYPE shop_lost_total counter\nshop_lost_total 1\n");
  value = 1.5;
  EXPECT_EQ(LinesWith(metrics, "shop_queue"),
            "# HELP shop_queue Waiting.\n# TYPE shop_queue gauge\nshop_queue -1.5\n");
  const auto add = [&](const char* name) { return metrics.AddCallback(name, "", nullptr); };
  EXPECT_EQ(add("shop_lost").code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(metrics.AddCounter("shop_lost_total", "", {}).status().code(),
            absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(add("trestle_loops").code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(add("a-b").code(), absl::StatusCode::kInvalidArgument);
}

TEST(MetricsOptionsTest, BucketsAreChecked) {
  EXPECT_TRUE(CheckMetricsOptions({}).ok());
  MetricsOptions options;
  options.duration_buckets = {0, 1};
  EXPECT_EQ(CheckMetricsOptions(options).message(),
            "MetricsOptions::duration_buckets: buckets are positive, and at most 1e+09");
  options = {};
  options.size_buckets = {5, 4};
  EXPECT_EQ(CheckMetricsOptions(options).message(),
            "MetricsOptions::size_buckets: bucket 2 is 4; buckets are finite numbers, each larger "
            "than the one before");
}

}  // namespace
}  // namespace trestle
