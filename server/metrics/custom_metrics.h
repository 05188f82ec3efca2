// The metrics of a program's own code.

#ifndef TRESTLE_SERVER_METRICS_CUSTOM_METRICS_H_
#define TRESTLE_SERVER_METRICS_CUSTOM_METRICS_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "trestle/server/metrics/custom_series.h"
#include "trestle/server/metrics/exposition.h"

namespace trestle {

struct CustomMetric {
  std::string name;
  MetricType type = MetricType::kCounter;
  std::string help;
  std::vector<std::string> labels;
  std::vector<double> buckets;  // of a histogram
};

// One family: a bounded number of series, found by their label values without a lock.
class CustomFamily {
 public:
  CustomFamily(CustomMetric metric, size_t max_series);
  ~CustomFamily();
  CustomFamily(const CustomFamily&) = delete;
  CustomFamily& operator=(const CustomFamily&) = delete;

  const CustomMetric& metric() const { return metric_; }

  // For a counter or a gauge.
  void Add(double amount, absl::Span<const absl::string_view> labels);
  // For a gauge.
  void Set(double value, absl::Span<const absl::string_view> labels);
  // For a histogram.
  void Observe(double value, absl::Span<const absl::string_view> labels);

  // Returns how often the series "_other" was used.
  uint64_t others() const { return others_.load(std::memory_order_relaxed); }
  void Write(Exposition* out) const;

 private:
  std::unique_ptr<CustomSeries> NewSeries(std::vector<std::string> values) const;
  CustomSeries& SeriesOf(absl::Span<const absl::string_view> labels);
  CustomSeries* Find(absl::Span<const absl::string_view> labels, size_t hash) const;
  CustomSeries* Insert(absl::Span<const absl::string_view> labels, size_t hash);
  void WriteHistogram(const CustomSeries& series, const BucketTexts& buckets,
                      Exposition* out) const;

  const CustomMetric metric_;
  const size_t max_series_;
  const std::unique_ptr<CustomSeries> other_;
  std::vector<std::atomic<CustomSeries*>> table_;  // lists, by the hash of the labels
  std::atomic<size_t> size_{0};
  std::atomic<uint64_t> others_{0};
  std::mutex insert_mutex_;
};

// All families. Thread-safe.
class CustomMetrics {
 public:
  explicit CustomMetrics(size_t max_series) : max_series_(max_series) {}

  // See Metrics::AddCounter.
  absl::StatusOr<CustomFamily*> Add(CustomMetric metric);
  // See Metrics::AddCallback. `metric` has no labels.
  absl::Status AddCallback(CustomMetric metric, std::function<double()> value);
  void Write(Exposition* out) const;
  // Writes how often each family has used its series "_other".
  void WriteOthers(Exposition* out) const;

 private:
  struct Callback {
    CustomMetric metric;
    std::function<double()> value;
  };

  // Fails unless a metric like `metric` can be added. To be called with the mutex.
  absl::Status CheckNew(const CustomMetric& metric) const;

  const size_t max_series_;
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<CustomFamily>> families_;
  std::vector<Callback> callbacks_;
};

// Fails with InvalidArgument, which says what is wrong, unless `buckets` are 1 to 100 finite
// numbers in ascending order.
absl::Status CheckBuckets(absl::Span<const double> buckets);

}  // namespace trestle

#endif  // TRESTLE_SERVER_METRICS_CUSTOM_METRICS_H_
