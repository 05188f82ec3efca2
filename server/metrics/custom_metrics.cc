// The series of a family are in a hash table of a fixed size, whose lists only grow: finding one
// takes no lock. Adding one takes the lock of the family. Once max_series exist, label values that
// are not found are counted in the series "_other", again without a lock.

#include "trestle/server/metrics/custom_metrics.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/hash/hash.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace trestle {
namespace {

constexpr char kOther[] = "_other";
constexpr size_t kTableSize = 256;

// Grammar: [a-zA-Z_][a-zA-Z0-9_]*
bool IsName(absl::string_view name) {
  const auto is_letter = [](char c) { return absl::ascii_isalnum(c) || c == '_'; };
  return !name.empty() && !absl::ascii_isdigit(name[0]) &&
         std::all_of(name.begin(), name.end(), is_letter);
}

absl::Status CheckLabel(const CustomMetric& metric, const std::string& label) {
  const bool is_reserved =
      absl::StartsWith(label, "__") || (label == "le" && metric.type == MetricType::kHistogram);
  if (IsName(label) && !is_reserved &&
      std::count(metric.labels.begin(), metric.labels.end(), label) == 1) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "metric \"", metric.name, "\": label \"", label,
      "\" must be letters, digits and _, not begin with a digit or __, not be le in a histogram, "
      "and occur once"));
}

absl::Status Check(const CustomMetric& metric) {
  const auto fault = [&](absl::string_view what) {
    return absl::InvalidArgumentError(absl::StrCat("metric \"", metric.name, "\": ", what));
  };
  if (!IsName(metric.name)) {
    return fault("a name consists of letters, digits and _, and does not begin with a digit");
  }
  if (absl::EndsWith(metric.name, "_total") != (metric.type == MetricType::kCounter)) {
    return fault("the names of counters, and no others, end in _total");
  }
  for (const char* suffix : {"_bucket", "_sum", "_count", "_info", "_created"}) {
    if (absl::EndsWith(metric.name, suffix)) {
      return fault(absl::StrCat("a name does not end in ", suffix));
    }
  }
  for (const std::string& label : metric.labels) {
    if (absl::Status s = CheckLabel(metric, label); !s.ok()) return s;
  }
  if (metric.type != MetricType::kHistogram) return absl::OkStatus();
  const absl::Status buckets = CheckBuckets(metric.buckets);
  return buckets.ok() ? buckets : fault(buckets.message());
}

// Returns the name without the suffix that OpenMetrics leaves out: two families whose names differ
// in it would be one.
absl::string_view FamilyOf(absl::string_view name) { return absl::StripSuffix(name, "_total"); }

}  // namespace

absl::Status CheckBuckets(absl::Span<const double> buckets) {
  constexpr size_t kMost = 100;
  if (buckets.empty() || buckets.size() > kMost) {
    return absl::InvalidArgumentError(
        absl::StrCat("there are ", buckets.size(), " buckets; allowed are 1 to ", kMost));
  }
  for (size_t i = 0; i < buckets.size(); ++i) {
    if (!std::isfinite(buckets[i]) || (i > 0 && buckets[i] <= buckets[i - 1])) {
      return absl::InvalidArgumentError(
          absl::StrCat("bucket ", i + 1, " is ", buckets[i],
                       "; buckets are finite numbers, each larger than the one before"));
    }
  }
  return absl::OkStatus();
}

std::unique_ptr<CustomSeries> CustomFamily::NewSeries(std::vector<std::string> values) const {
  const bool is_gauge = metric_.type == MetricType::kGauge;
  const bool is_histogram = metric_.type == MetricType::kHistogram;
  return std::make_unique<CustomSeries>(
      metric_.labels, std::move(values),
      is_gauge ? CustomSeries::Cells::kOne : CustomSeries::Cells::kPerLoop,
      is_histogram ? metric_.buckets.size() + 1 : 0);
}

CustomFamily::CustomFamily(CustomMetric metric, size_t max_series)
    : metric_(std::move(metric)),
      max_series_(max_series),
      other_(NewSeries(std::vector<std::string>(metric_.labels.size(), kOther))),
      table_(kTableSize) {}

CustomFamily::~CustomFamily() {
  for (std::atomic<CustomSeries*>& list : table_) {
    CustomSeries* series = list.load(std::memory_order_acquire);
    while (series != nullptr) delete std::exchange(series, series->next);
  }
}

void CustomFamily::Add(double amount, absl::Span<const absl::string_view> labels) {
  SeriesOf(labels).Add(amount);
}

void CustomFamily::Set(double value, absl::Span<const absl::string_view> labels) {
  SeriesOf(labels).Set(value);
}

void CustomFamily::Observe(double value, absl::Span<const absl::string_view> labels) {
  const std::vector<double>& bounds = metric_.buckets;
  const auto bucket = std::lower_bound(bounds.begin(), bounds.end(), value) - bounds.begin();
  SeriesOf(labels).Observe(static_cast<size_t>(bucket), value);
}

CustomSeries& CustomFamily::SeriesOf(absl::Span<const absl::string_view> labels) {
  const size_t hash = absl::HashOf(labels);
  CustomSeries* series = Find(labels, hash);
  // Also if there are no labels.
  if (series == nullptr && other_->Has(labels)) return *other_;
  if (series == nullptr && labels.size() == metric_.labels.size() &&
      size_.load(std::memory_order_relaxed) < max_series_) {
    series = Insert(labels, hash);
  }
  if (series != nullptr) return *series;
  others_.fetch_add(1, std::memory_order_relaxed);
  return *other_;
}

CustomSeries* CustomFamily::Find(absl::Span<const absl::string_view> labels, size_t hash) const {
  CustomSeries* series = table_[hash % kTableSize].load(std::memory_order_acquire);
  while (series != nullptr && !series->Has(labels)) series = series->next;
  return series;
}

// Returns null if there are too many series.
CustomSeries* CustomFamily::Insert(absl::Span<const absl::string_view> labels, size_t hash) {
  const std::lock_guard<std::mutex> lock(insert_mutex_);
  if (CustomSeries* const series = Find(labels, hash)) return series;
  if (size_ >= max_series_) return nullptr;
  ++size_;
  auto series = NewSeries(std::vector<std::string>(labels.begin(), labels.end()));
  std::atomic<CustomSeries*>& list = table_[hash % kTableSize];
  series->next = list.load(std::memory_order_relaxed);
  list.store(series.get(), std::memory_order_release);
  return series.release();
}

void CustomFamily::WriteHistogram(const CustomSeries& series, const BucketTexts& buckets,
                                  Exposition* out) const {
  out->Histogram(series.text(), buckets, series.Buckets(), series.Sum(), {});
}

void CustomFamily::Write(Exposition* out) const {
  std::vector<const CustomSeries*> all;
  for (const std::atomic<CustomSeries*>& list : table_) {
    const CustomSeries* series = list.load(std::memory_order_acquire);
    for (; series != nullptr; series = series->next) all.push_back(series);
  }
  std::sort(all.begin(), all.end(),
            [](const CustomSeries* a, const CustomSeries* b) { return a->text() < b->text(); });
  if (other_->is_used() || metric_.labels.empty()) all.push_back(other_.get());
  const BucketTexts buckets(out->format(), metric_.buckets);
  out->Begin({metric_.name, metric_.type, metric_.help});
  for (const CustomSeries* series : all) {
    if (metric_.type == MetricType::kHistogram) {
      WriteHistogram(*series, buckets, out);
    } else {
      out->Sample(series->text(), series->Sum());
    }
  }
}

absl::Status CustomMetrics::CheckNew(const CustomMetric& metric) const {
  if (absl::Status s = Check(metric); !s.ok()) return s;
  const auto has_name = [&](const CustomMetric& other) {
    return FamilyOf(other.name) == FamilyOf(metric.name);
  };
  const bool is_taken =
      std::any_of(families_.begin(), families_.end(),
                  [&](const auto& family) { return has_name(family->metric()); }) ||
      std::any_of(callbacks_.begin(), callbacks_.end(),
                  [&](const Callback& callback) { return has_name(callback.metric); });
  if (!is_taken) return absl::OkStatus();
  return absl::AlreadyExistsError(
      absl::StrCat("metric \"", metric.name, "\": there is a metric of that name already"));
}

absl::StatusOr<CustomFamily*> CustomMetrics::Add(CustomMetric metric) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (absl::Status s = CheckNew(metric); !s.ok()) return s;
  families_.push_back(std::make_unique<CustomFamily>(std::move(metric), max_series_));
  return families_.back().get();
}

absl::Status CustomMetrics::AddCallback(CustomMetric metric, std::function<double()> value) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (absl::Status s = CheckNew(metric); !s.ok()) return s;
  callbacks_.push_back({std::move(metric), std::move(value)});
  return absl::OkStatus();
}

void CustomMetrics::Write(Exposition* out) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const auto& family : families_) family->Write(out);
  for (const auto& [metric, value] : callbacks_) {
    out->Begin({metric.name, metric.type, metric.help});
    out->Sample("", value());
  }
}

void CustomMetrics::WriteOthers(Exposition* out) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const auto& family : families_) {
    if (family->others() == 0) continue;
    out->Sample(LabelText("metric", family->metric().name), family->others());
  }
}

}  // namespace trestle
