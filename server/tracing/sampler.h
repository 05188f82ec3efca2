// Decides which traces are sampled.

#ifndef TRESTLE_SERVER_TRACING_SAMPLER_H_
#define TRESTLE_SERVER_TRACING_SAMPLER_H_

#include <cstdint>

#include "trestle/server/trace_context.h"
#include "trestle/server/tracer_options.h"
#include "trestle/server/tracing/remote_trace.h"

namespace trestle {

// Thread-safe.
class Sampler {
 public:
  // `ratio` is from 0 to 1.
  Sampler(TraceSampling sampling, double ratio);

  // Returns the decision for a request of the trace `id`, whose client sent `remote`. A debug
  // request of B3 counts as sampled by the client.
  bool Decide(const RemoteTrace& remote, const TraceId& id) const;

 private:
  const TraceSampling sampling_;
  const uint64_t threshold_;  // the right 7 bytes of a sampled id are at least this
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_TRACING_SAMPLER_H_
