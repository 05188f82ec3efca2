// Writes metrics as text: the Prometheus text format 0.0.4 or OpenMetrics 1.0.

#ifndef TRESTLE_SERVER_METRICS_EXPOSITION_H_
#define TRESTLE_SERVER_METRICS_EXPOSITION_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "trestle/server/metrics/exemplar.h"
#include "trestle/server/metrics_format.h"

namespace trestle {

enum class MetricType { kCounter, kGauge, kHistogram, kInfo };

// A metric family. The name of a counter ends in "_total", that of an info in "_info".
struct MetricFamily {
  absl::string_view name;
  MetricType type;
  absl::string_view help;
};

// Returns `name="value"`, escaped. Bytes that are not UTF-8 and control characters other than tab
// and newline become U+FFFD: a scraper would refuse the whole text.
std::string LabelText(absl::string_view name, absl::string_view value);

// The upper bounds of the buckets of histograms, as text.
class BucketTexts {
 public:
  // Without the last one, +Inf.
  BucketTexts(MetricsFormat format, absl::Span<const double> bounds);
  // `le="0.005"} `, for each bucket.
  const std::vector<std::string>& texts() const { return texts_; }

 private:
  std::vector<std::string> texts_;
};

// Begin a family, then write its samples; their labels are joined LabelTexts: `a="b",c="d"`.
class Exposition {
 public:
  // `expected_size` bytes are reserved.
  Exposition(MetricsFormat format, size_t expected_size);

  MetricsFormat format() const { return format_; }

  void Begin(const MetricFamily& family);
  void Sample(absl::string_view labels, uint64_t value);
  void Sample(absl::string_view labels, double value);
  // `counts` has one number for each of `buckets`, not cumulative. `exemplars` is empty, or has one
  // for each bucket; the Prometheus format leaves them out.
  void Histogram(absl::string_view labels, const BucketTexts& buckets,
                 absl::Span<const uint64_t> counts, double sum,
                 absl::Span<const Exemplar> exemplars);
  // Returns the text. No other function may be called after it.
  std::string Finish();

 private:
  void BeginLine(absl::string_view suffix, absl::string_view labels);
  void AppendLine(absl::string_view head, absl::string_view bucket, uint64_t value);
  void Append(uint64_t value);
  void Append(const Exemplar& exemplar);

  const MetricsFormat format_;
  std::string name_;  // of the family's samples, without the suffixes of histograms
  std::string head_;  // of the lines of a histogram's buckets
  std::string text_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_METRICS_EXPOSITION_H_
