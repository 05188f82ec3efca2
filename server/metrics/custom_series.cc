// A series has a cell for each loop, made when the loop first uses it, so that loops do not write
// to the same memory; threads that are no loops share one. Only a gauge has a single cell.

#include "trestle/server/metrics/custom_series.h"

#include <algorithm>
#include <memory>
#include <thread>
#include <utility>

#include "absl/strings/str_join.h"
#include "trestle/server/concurrency/thread_shard.h"
#include "trestle/server/metrics/exposition.h"

namespace trestle {
namespace {

// Returns the number of cells of a series: one for each processor, since that is the usual number
// of loops, and one for other threads.
size_t CellCount() {
  constexpr unsigned kMost = 256;
  static const size_t count = std::clamp(std::thread::hardware_concurrency(), 1U, kMost) + 1;
  return count;
}

size_t ThisIndex() {
  const size_t shard = ThisThreadShard();
  return shard < kLoopShards ? shard % (CellCount() - 1) : CellCount() - 1;
}

void AddTo(std::atomic<double>* sum, double amount) {
  double before = sum->load(std::memory_order_relaxed);
  while (!sum->compare_exchange_weak(before, before + amount, std::memory_order_relaxed)) continue;
}

}  // namespace

struct alignas(64) CustomSeries::Cell {
  explicit Cell(size_t buckets) : buckets(buckets) {}
  std::atomic<double> sum{0};
  std::vector<std::atomic<uint64_t>> buckets;
};

CustomSeries::CustomSeries(absl::Span<const std::string> names, std::vector<std::string> values,
                           Cells cells, size_t buckets)
    : buckets_(buckets),
      values_(std::move(values)),
      cells_(cells == Cells::kOne ? 1 : CellCount()) {
  std::vector<std::string> labels;
  for (size_t i = 0; i < values_.size(); ++i) labels.push_back(LabelText(names[i], values_[i]));
  text_ = absl::StrJoin(labels, ",");
}

CustomSeries::~CustomSeries() {
  for (std::atomic<Cell*>& cell : cells_) delete cell.load(std::memory_order_acquire);
}

bool CustomSeries::Has(absl::Span<const absl::string_view> values) const {
  return std::equal(values_.begin(), values_.end(), values.begin(), values.end());
}

CustomSeries::Cell& CustomSeries::ThisCell() {
  std::atomic<Cell*>& slot = cells_[cells_.size() == 1 ? 0 : ThisIndex()];
  Cell* cell = slot.load(std::memory_order_acquire);
  if (cell != nullptr) return *cell;
  auto made = std::make_unique<Cell>(buckets_);
  if (slot.compare_exchange_strong(cell, made.get(), std::memory_order_acq_rel)) {
    cell = made.release();
  }
  return *cell;
}

void CustomSeries::Add(double amount) { AddTo(&ThisCell().sum, amount); }

void CustomSeries::Set(double value) { ThisCell().sum.store(value, std::memory_order_relaxed); }

void CustomSeries::Observe(size_t bucket, double value) {
  Cell& cell = ThisCell();
  cell.buckets[bucket].fetch_add(1, std::memory_order_relaxed);
  AddTo(&cell.sum, value);
}

bool CustomSeries::is_used() const {
  return std::any_of(cells_.begin(), cells_.end(), [](const std::atomic<Cell*>& cell) {
    return cell.load(std::memory_order_acquire) != nullptr;
  });
}

double CustomSeries::Sum() const {
  double sum = 0;
  for (const std::atomic<Cell*>& slot : cells_) {
    const Cell* const cell = slot.load(std::memory_order_acquire);
    if (cell != nullptr) sum += cell->sum.load(std::memory_order_relaxed);
  }
  return sum;
}

std::vector<uint64_t> CustomSeries::Buckets() const {
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

}  // namespace trestle
