#include "trestle/server/metrics/request_cell.h"

#include <algorithm>
#include <new>

#include "absl/time/clock.h"

namespace trestle {
namespace {

constexpr std::align_val_t kLine{64};

// Most values are small.
size_t BucketOf(uint64_t value, const std::vector<uint64_t>& bounds) {
  size_t bucket = 0;
  while (bucket < bounds.size() && value > bounds[bucket]) ++bucket;
  return bucket;
}

uint64_t Nanoseconds(absl::Duration duration) {
  return static_cast<uint64_t>(std::max<int64_t>(absl::ToInt64Nanoseconds(duration), 0));
}

}  // namespace

RequestCell* RequestCell::New(uint64_t key, const RequestBounds& bounds) {
  const size_t size = sizeof(RequestCell) + bounds.buckets() * sizeof(std::atomic<uint64_t>);
  constexpr size_t kMask = static_cast<size_t>(kLine) - 1;
  void* const memory = ::operator new((size + kMask) & ~kMask, kLine);
  auto* const cell = new (memory) RequestCell(key);
  for (size_t i = 0; i < bounds.buckets(); ++i) {
    new (cell->buckets() + i) std::atomic<uint64_t>(0);
  }
  return cell;
}

void RequestCell::Delete(RequestCell* cell) {
  delete[] cell->exemplars_.load(std::memory_order_relaxed);
  cell->~RequestCell();
  ::operator delete(cell, kLine);
}

void RequestCell::Count(const RequestRecord& record, const RequestBounds& bounds, Writers writers) {
  const auto count = [&](Sum sum, uint64_t value, const std::vector<uint64_t>& of, size_t first) {
    const size_t bucket = BucketOf(value, of);
    Add(&sums_[sum], value, writers);
    Add(buckets() + first + bucket, uint64_t{1}, writers);
    return bucket;
  };
  const size_t durations = bounds.durations();
  const size_t sizes = bounds.sizes();
  const size_t bucket =
      count(kDuration, Nanoseconds(record.ended - record.began), bounds.nanoseconds, 0);
  count(kRequestBytes, record.request_bytes, bounds.bytes, durations);
  count(kResponseBytes, record.response_bytes, bounds.bytes, durations + sizes);
  if (record.grpc_code.has_value()) {
    count(kCallDuration, Nanoseconds(record.call_ended - record.call_began), bounds.nanoseconds,
          durations + 2 * sizes);
  }
  Add(&sums_[kMessagesSent], record.messages_sent.load(std::memory_order_relaxed), writers);
  Add(&sums_[kMessagesReceived], record.messages_received.load(std::memory_order_relaxed), writers);
  if (record.trace.is_sampled && record.trace.is_valid()) CountExemplar(record, bucket, durations);
}

void RequestCell::CountExemplar(const RequestRecord& record, size_t bucket, size_t buckets) {
  ExemplarSlot* slots = exemplars_.load(std::memory_order_acquire);
  if (slots == nullptr) {
    auto* const made = new ExemplarSlot[buckets];
    if (exemplars_.compare_exchange_strong(slots, made, std::memory_order_acq_rel)) {
      slots = made;
    } else {
      delete[] made;
    }
  }
  // Its time is read by other programs, and so not that of MonotonicNow, as record.ended is.
  slots[bucket].Write(record.trace, absl::ToInt64Nanoseconds(record.ended - record.began),
                      absl::Now());
}

}  // namespace trestle
