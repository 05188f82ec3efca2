// The right 7 bytes of a trace id are a random number below 2^56 (W3C Trace Context Level 2). An id
// is sampled if that is at least (1 - ratio) * 2^56, as OpenTelemetry's consistent probability
// sampling does: what a service with a lower ratio samples, one with a higher ratio samples, too.

#include "trestle/server/tracing/sampler.h"

#include <cstddef>

namespace trestle {
namespace {

constexpr uint64_t kAll = uint64_t{1} << 56;

uint64_t ThresholdOf(double ratio) {
  return static_cast<uint64_t>((1 - ratio) * static_cast<double>(kAll));
}

uint64_t RandomnessOf(const TraceId& id) {
  uint64_t number = 0;
  for (size_t i = 9; i < id.size(); ++i) number = number << 8 | id[i];
  return number;
}

}  // namespace

Sampler::Sampler(TraceSampling sampling, double ratio)
    : sampling_(sampling), threshold_(ThresholdOf(ratio)) {}

bool Sampler::Decide(const RemoteTrace& remote, const TraceId& id) const {
  if (sampling_ == TraceSampling::kAlways) return true;
  if (sampling_ == TraceSampling::kNever) return false;
  if (remote.sampled.has_value()) return *remote.sampled;
  return RandomnessOf(id) >= threshold_;
}

}  // namespace trestle
