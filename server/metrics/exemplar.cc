// A sequence lock whose data are atomic words. A writer makes the version odd, which keeps other
// writers out, then writes, then makes it even. A reader takes the words only if the version was
// even and is still the same afterwards: who reads a word that is being written (release, acquire)
// also sees the odd version.

#include "trestle/server/metrics/exemplar.h"

#include <cstring>

namespace trestle {

void ExemplarSlot::Write(const TraceContext& trace, int64_t nanoseconds, absl::Time time) {
  uint64_t version = version_.load(std::memory_order_relaxed);
  if (version % 2 == 1) return;
  if (!version_.compare_exchange_strong(version, version + 1, std::memory_order_acquire)) return;
  uint64_t words[kWords] = {};
  std::memcpy(words, trace.trace_id.data(), trace.trace_id.size());
  std::memcpy(words + 2, trace.span_id.data(), trace.span_id.size());
  words[3] = static_cast<uint64_t>(nanoseconds);
  words[4] = static_cast<uint64_t>(absl::ToUnixNanos(time));
  for (size_t i = 0; i < kWords; ++i) words_[i].store(words[i], std::memory_order_release);
  version_.store(version + 2, std::memory_order_release);
}

Exemplar ExemplarSlot::Read() const {
  const uint64_t version = version_.load(std::memory_order_acquire);
  uint64_t words[kWords];
  for (size_t i = 0; i < kWords; ++i) words[i] = words_[i].load(std::memory_order_acquire);
  const bool is_whole = version % 2 == 0 && version_.load(std::memory_order_relaxed) == version;
  if (version == 0 || !is_whole) return {};
  Exemplar exemplar;
  std::memcpy(exemplar.trace_id.data(), words, exemplar.trace_id.size());
  std::memcpy(exemplar.span_id.data(), words + 2, exemplar.span_id.size());
  exemplar.value = static_cast<double>(words[3]) / 1e9;
  exemplar.time = absl::FromUnixNanos(static_cast<int64_t>(words[4]));
  return exemplar;
}

}  // namespace trestle
