// A trace as an example of what a bucket of a histogram counts.

#ifndef TRESTLE_SERVER_METRICS_EXEMPLAR_H_
#define TRESTLE_SERVER_METRICS_EXEMPLAR_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"
#include "trestle/server/trace_context.h"

namespace trestle {

struct Exemplar {
  TraceId trace_id{};
  SpanId span_id{};
  double value = 0;                        // in seconds
  absl::Time time = absl::InfinitePast();  // of day

  bool has_value() const { return time != absl::InfinitePast(); }
};

// The latest exemplar of a bucket. Thread-safe, without a lock: a reader or writer that meets
// another writer gives up.
class ExemplarSlot {
 public:
  // `time` is the time of day.
  void Write(const TraceContext& trace, int64_t nanoseconds, absl::Time time);
  // Returns an exemplar without a value if there is none, or one is just being written.
  Exemplar Read() const;

 private:
  static constexpr size_t kWords = 5;

  std::atomic<uint64_t> version_{0};  // odd while a thread writes
  std::atomic<uint64_t> words_[kWords] = {};
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_METRICS_EXEMPLAR_H_
