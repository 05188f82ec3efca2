// The counts of the requests of one route that have one key, in one shard.

#ifndef TRESTLE_SERVER_METRICS_REQUEST_CELL_H_
#define TRESTLE_SERVER_METRICS_REQUEST_CELL_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "trestle/server/metrics/exemplar.h"
#include "trestle/server/request_observer.h"

namespace trestle {

// The upper bounds of buckets, without +Inf: a value belongs to the first bucket whose bound is not
// below it.
struct RequestBounds {
  std::vector<uint64_t> nanoseconds;
  std::vector<uint64_t> bytes;

  // The buckets of a cell, with those for +Inf: of the request's duration, the sizes of its body
  // and of the response's, and the call's duration.
  size_t durations() const { return nanoseconds.size() + 1; }
  size_t sizes() const { return bytes.size() + 1; }
  size_t buckets() const { return 2 * durations() + 2 * sizes(); }
};

// How a number is written.
enum class Writers {
  kOne,   // by one thread at a time, without atomic read-modify-write operations
  kMany,  // by several threads at once
};

// Adds to a number.
template <typename T>
void Add(std::atomic<T>* to, T amount, Writers writers) {
  if (amount == 0) return;
  if (writers == Writers::kMany) {
    to->fetch_add(amount, std::memory_order_relaxed);
  } else {
    to->store(to->load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
  }
}

// Its memory begins a cache line, shares none with others, and continues after it with one number
// for each bucket. Thread-safe.
class RequestCell {
 public:
  static RequestCell* New(uint64_t key, const RequestBounds& bounds);
  static void Delete(RequestCell* cell);
  RequestCell(const RequestCell&) = delete;
  RequestCell& operator=(const RequestCell&) = delete;

  uint64_t key() const { return key_; }
  RequestCell* next() const { return next_; }
  // To be called before the cell is visible to other threads.
  void set_next(RequestCell* next) { next_ = next; }

  void Count(const RequestRecord& record, const RequestBounds& bounds, Writers writers);

  // The sums, in the order of `Sum`, and the buckets. `index` is below kSums and
  // RequestBounds::buckets.
  enum Sum {
    kDuration,      // nanoseconds
    kCallDuration,  // nanoseconds
    kRequestBytes,
    kResponseBytes,
    kMessagesSent,
    kMessagesReceived,
    kSums
  };
  uint64_t sum(size_t index) const { return sums_[index].load(std::memory_order_relaxed); }
  uint64_t bucket(size_t index) const { return buckets()[index].load(std::memory_order_relaxed); }
  // One for each bucket of the duration, or null.
  const ExemplarSlot* exemplars() const { return exemplars_.load(std::memory_order_acquire); }

 private:
  explicit RequestCell(uint64_t key) : key_(key) {}
  ~RequestCell() = default;

  const std::atomic<uint64_t>* buckets() const {
    return reinterpret_cast<const std::atomic<uint64_t>*>(this + 1);
  }
  std::atomic<uint64_t>* buckets() { return reinterpret_cast<std::atomic<uint64_t>*>(this + 1); }
  void CountExemplar(const RequestRecord& record, size_t bucket, size_t buckets);

  const uint64_t key_;
  RequestCell* next_ = nullptr;
  std::atomic<uint64_t> sums_[kSums] = {};
  std::atomic<ExemplarSlot*> exemplars_{nullptr};
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_METRICS_REQUEST_CELL_H_
