// One series of a custom metric.

#ifndef TRESTLE_SERVER_METRICS_CUSTOM_SERIES_H_
#define TRESTLE_SERVER_METRICS_CUSTOM_SERIES_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace trestle {

// Thread-safe, without a lock.
class CustomSeries {
 public:
  enum class Cells {
    kOne,      // for a gauge, because the last Set counts
    kPerLoop,  // loops do not write to the same memory
  };

  // The labels are `names` and `values`. `buckets` is the number of a histogram's buckets, else 0.
  CustomSeries(absl::Span<const std::string> names, std::vector<std::string> values, Cells cells,
               size_t buckets);
  ~CustomSeries();
  CustomSeries(const CustomSeries&) = delete;
  CustomSeries& operator=(const CustomSeries&) = delete;

  bool Has(absl::Span<const absl::string_view> values) const;
  const std::string& text() const { return text_; }  // `a="b",c="d"`

  void Add(double amount);
  // Requires Cells::kOne.
  void Set(double value);
  // Adds `value` to a histogram and counts it in `bucket`, an index.
  void Observe(size_t bucket, double value);

  // Returns true if the series has ever been written to.
  bool is_used() const;
  double Sum() const;
  std::vector<uint64_t> Buckets() const;

  CustomSeries* next = nullptr;  // in a list of series

 private:
  struct Cell;

  Cell& ThisCell();

  const size_t buckets_;
  const std::vector<std::string> values_;
  std::string text_;
  std::vector<std::atomic<Cell*>> cells_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_METRICS_CUSTOM_SERIES_H_
