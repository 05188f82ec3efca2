// The series of a family are in a hash table of a fixed size, whose lists only grow: finding one
// takes no lock. Adding one takes the lock of the family. Once max_series exist, label values that
// are not found are counted in the series "_other", again without a lock.
//
// A series has a cell for each loop, made when the loop first uses it, so that loops do not write
// to the same memory; threads that are no loops share one. Only a gauge has a single cell, because
// the last Set counts.

#include "trestle/server/metrics/custom_metrics.h"

#include <algorithm>
#include <cmath>
#include <thread>
#include <utility>

#include "absl/hash/hash.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "trestle/server/concurrency/thread_shard.h"

namespace trestle {
namespace {

constexpr char kOther[] = "_other";
constexpr size_t kTableSize = 256;

// Returns the number of cells of a series: one for each processor, since that is the usual number
// of loops, and one for other threads.
size_t CellCount() {
  constexpr unsigned kMost = 256;
  static const size_t count = std::clamp(std::thread::hardware_concurrency(), 1U, kMost) + 1;
  return count;
}

size_t ThisCell() {
  const size_t shard = ThisThreadShard();
  return shard < kLoopShards ? shard % (CellCount() - 1) : CellCount() - 1;
}

void AddTo(std::atomic<double>* sum, double amount) {
  double before = sum->load(std::memory_order_relaxed);
  while (!sum->compare_exchange_weak(before, before + amount, std::memory_order_relaxed)) continue;
}

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

struct alignas(64) CustomFamily::Cell {
  explicit Cell(size_t buckets) : buckets(buckets) {}
  std::atomic<double> sum{0};
  std::vector<std::atomic<uint64_t>> buckets;
};

class CustomFamily::Series {
 public:
  Series(const CustomMetric& metric, std::vector<std::string> values)
      : is_sharded_(metric.type != MetricType::kGauge),
        buckets_(metric.type == MetricType::kHistogram ? metric.buckets.size() + 1 : 0),
        values_(std::move(values)),
        cells_(is_sharded_ ? CellCount() : 1) {
    std::vector<std::string> labels;
    for (size_t i = 0; i < values_.size(); ++i) {
      labels.push_back(LabelText(metric.labels[i], values_[i]));
    }
    text_ = absl::StrJoin(labels, ",");
  }
  ~Series() {
    for (std::atomic<Cell*>& cell : cells_) delete cell.load(std::memory_order_acquire);
  }
  Series(const Series&) = delete;
  Series& operator=(const Series&) = delete;

  bool Has(absl::Span<const absl::string_view> values) const {
    return std::equal(values_.begin(), values_.end(), values.begin(), values.end());
  }
  const std::string& text() const { return text_; }  // `a="b",c="d"`
  Series* next = nullptr;

  Cell& cell() {
    std::atomic<Cell*>& slot = cells_[is_sharded_ ? ThisCell() : 0];
    Cell* cell = slot.load(std::memory_order_acquire);
    if (cell != nullptr) return *cell;
    auto made = std::make_unique<Cell>(buckets_);
    if (slot.compare_exchange_strong(cell, made.get(), std::memory_order_acq_rel)) {
      cell = made.release();
    }
    return *cell;
  }

  bool is_used() const {
    return std::any_of(cells_.begin(), cells_.end(), [](const std::atomic<Cell*>& cell) {
      return cell.load(std::memory_order_acquire) != nullptr;
    });
  }
  double Sum() const {
    double sum = 0;
    for (const std::atomic<Cell*>& slot : cells_) {
      const Cell* const cell = slot.load(std::memory_order_acquire);
      if (cell != nullptr) sum += cell->sum.load(std::memory_order_relaxed);
    }
    return sum;
  }
  std::vector<uint64_t> Buckets() const {
    std::vector<uint64_t> sums(buckets_);
    for (const std::atomic<Cell*>& slot : cells_) {
      const Cell* const cell = slot.load(std::memory_order_acquire);
      if (cell == nullptr) continue;
      for (size_t i = 0; i < buckets_; ++i) {
        sums[i] += cell->buckets[i].load(std::memory_order_relaxed);
      }
    }
    return sums;
  }

 private:
  const bool is_sharded_;
  const size_t buckets_;
  const std::vector<std::string> values_;
  std::string text_;
  std::vector<std::atomic<Cell*>> cells_;
};

CustomFamily::CustomFamily(CustomMetric metric, size_t max_series)
    : metric_(std::move(metric)),
      max_series_(max_series),
      other_(std::make_unique<Series>(metric_,
                                      std::vector<std::string>(metric_.labels.size(), kOther))),
      table_(kTableSize) {}

CustomFamily::~CustomFamily() {
  for (std::atomic<Series*>& list : table_) {
    Series* series = list.load(std::memory_order_acquire);
    while (series != nullptr) delete std::exchange(series, series->next);
  }
}

void CustomFamily::Add(double amount, absl::Span<const absl::string_view> labels) {
  AddTo(&SeriesOf(labels).cell().sum, amount);
}

void CustomFamily::Set(double value, absl::Span<const absl::string_view> labels) {
  SeriesOf(labels).cell().sum.store(value, std::memory_order_relaxed);
}

void CustomFamily::Observe(double value, absl::Span<const absl::string_view> labels) {
  Cell& cell = SeriesOf(labels).cell();
  const std::vector<double>& bounds = metric_.buckets;
  const auto bucket = std::lower_bound(bounds.begin(), bounds.end(), value) - bounds.begin();
  cell.buckets[static_cast<size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
  AddTo(&cell.sum, value);
}

CustomFamily::Series& CustomFamily::SeriesOf(absl::Span<const absl::string_view> labels) {
  const size_t hash = absl::HashOf(labels);
  Series* series = Find(labels, hash);
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

CustomFamily::Series* CustomFamily::Find(absl::Span<const absl::string_view> labels,
                                         size_t hash) const {
  Series* series = table_[hash % kTableSize].load(std::memory_order_acquire);
  while (series != nullptr && !series->Has(labels)) series = series->next;
  return series;
}

// Returns null if there are too many series.
CustomFamily::Series* CustomFamily::Insert(absl::Span<const absl::string_view> labels,
                                           size_t hash) {
  const std::lock_guard<std::mutex> lock(insert_mutex_);
  if (Series* const series = Find(labels, hash)) return series;
  if (size_ >= max_series_) return nullptr;
  ++size_;
  auto series =
      std::make_unique<Series>(metric_, std::vector<std::string>(labels.begin(), labels.end()));
  std::atomic<Series*>& list = table_[hash % kTableSize];
  series->next = list.load(std::memory_order_relaxed);
  list.store(series.get(), std::memory_order_release);
  return series.release();
}

void CustomFamily::WriteHistogram(const Series& series, const BucketTexts& buckets,
                                  Exposition* out) const {
  out->Histogram(series.text(), buckets, series.Buckets(), series.Sum(), {});
}

void CustomFamily::Write(Exposition* out) const {
  std::vector<const Series*> all;
  for (const std::atomic<Series*>& list : table_) {
    const Series* series = list.load(std::memory_order_acquire);
    for (; series != nullptr; series = series->next) all.push_back(series);
  }
  std::sort(all.begin(), all.end(),
            [](const Series* a, const Series* b) { return a->text() < b->text(); });
  if (other_->is_used() || metric_.labels.empty()) all.push_back(other_.get());
  const BucketTexts buckets(out->format(), metric_.buckets);
  out->Begin({metric_.name, metric_.type, metric_.help});
  for (const Series* series : all) {
    if (metric_.type == MetricType::kHistogram) {
      WriteHistogram(*series, buckets, out);
    } else {
      out->Sample(series->text(), series->Sum());
    }
  }
}

absl::StatusOr<CustomFamily*> CustomMetrics::Add(CustomMetric metric) {
  if (absl::Status s = Check(metric); !s.ok()) return s;
  const std::lock_guard<std::mutex> lock(mutex_);
  const bool is_taken = std::any_of(families_.begin(), families_.end(), [&](const auto& family) {
    return FamilyOf(family->metric().name) == FamilyOf(metric.name);
  });
  if (is_taken) {
    return absl::AlreadyExistsError(
        absl::StrCat("metric \"", metric.name, "\": there is a metric of that name already"));
  }
  families_.push_back(std::make_unique<CustomFamily>(std::move(metric), max_series_));
  return families_.back().get();
}

void CustomMetrics::Write(Exposition* out) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const auto& family : families_) family->Write(out);
}

void CustomMetrics::WriteOthers(Exposition* out) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const auto& family : families_) {
    if (family->others() == 0) continue;
    out->Sample(LabelText("metric", family->metric().name), family->others());
  }
}

}  // namespace trestle
