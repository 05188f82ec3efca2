// The timed loops of the codec benchmarks.

#ifndef TRESTLE_BENCH_CODEC_LOOPS_H_
#define TRESTLE_BENCH_CODEC_LOOPS_H_

#include <cstddef>

#include "benchmark/benchmark.h"
#include "trestle/bench/codec_cases.h"

namespace trestle {
namespace bench {

// Reports that each iteration processed `bytes`.
void Count(benchmark::State& state, size_t bytes);

// JSON to serialized bytes, and the reverse. Bytes per second are bytes of JSON.
void Decode(benchmark::State& state, Case (*make)());
void Encode(benchmark::State& state, Case (*make)());

}  // namespace bench
}  // namespace trestle

#endif  // TRESTLE_BENCH_CODEC_LOOPS_H_
