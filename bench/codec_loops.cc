#include "trestle/bench/codec_loops.h"

#include <cstdint>
#include <cstdlib>
#include <string>

#include "trestle/transcoding/codec/json_to_wire.h"
#include "trestle/transcoding/codec/wire_to_json.h"

namespace trestle {
namespace bench {

void Count(benchmark::State& state, size_t bytes) {
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) * static_cast<int64_t>(bytes));
}

void Decode(benchmark::State& state, Case (*make)()) {
  const Case on = make();
  for (auto _ : state) {
    std::string wire;
    if (!JsonToWire(on.json, *on.schema, {}, &wire).ok()) std::abort();
    benchmark::DoNotOptimize(wire);
  }
  Count(state, on.json.size());
}

void Encode(benchmark::State& state, Case (*make)()) {
  const Case on = make();
  for (auto _ : state) {
    std::string json;
    if (!WireToJson(on.wire, *on.schema, {}, &json).ok()) std::abort();
    benchmark::DoNotOptimize(json);
  }
  Count(state, on.json.size());
}

}  // namespace bench
}  // namespace trestle
