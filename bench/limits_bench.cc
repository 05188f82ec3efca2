// Compares parts of the codec's work with the fastest known implementations, for the same texts.
//
//   ./dev bench limits
//
// Tokenize: simdjson's on-demand parser reads every value as its type and stores nothing. It needs
// 64 spare bytes after the text, which are provided, and does not find fields by name.

#include <charconv>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "bench/codec.pb.h"
#include "benchmark/benchmark.h"
#include "simdjson.h"
#include "trestle/bench/codec_cases.h"
#include "trestle/bench/codec_loops.h"

namespace trestle {
namespace {

namespace ondemand = simdjson::ondemand;
using bench::Case;
using bench::Count;
using bench::Decode;
using bench::Encode;

// ---- tokens

// Reads `value` and its children; the sum prevents the compiler from removing the code.
uint64_t Consume(ondemand::value value) {
  uint64_t sum = 0;
  switch (value.type()) {
    case ondemand::json_type::object:
      for (auto field : value.get_object()) {
        sum += field.unescaped_key().value().size() + Consume(field.value());
      }
      return sum;
    case ondemand::json_type::array:
      for (auto element : value.get_array()) sum += Consume(element.value());
      return sum;
    case ondemand::json_type::string:
      return value.get_string().value().size();
    case ondemand::json_type::number:
      return static_cast<uint64_t>(value.get_double().value());
    case ondemand::json_type::boolean:
      return value.get_bool().value() ? 1 : 0;
    default:
      return 0;
  }
}

void Tokenize(benchmark::State& state, Case (*make)()) {
  const Case on = make();
  const simdjson::padded_string text(on.json);
  ondemand::parser parser;
  for (auto _ : state) {
    ondemand::document document = parser.iterate(text);
    benchmark::DoNotOptimize(Consume(document.get_value()));
  }
  Count(state, on.json.size());
}

// ---- copies and numbers

void Copy(benchmark::State& state, Case (*make)()) {
  const Case on = make();
  std::string to(on.json.size(), ' ');
  for (auto _ : state) {
    memcpy(&to[0], on.json.data(), on.json.size());
    benchmark::ClobberMemory();
  }
  Count(state, on.json.size());
}

// The same into a new string, like a response.
void CopyToNew(benchmark::State& state, Case (*make)()) {
  const Case on = make();
  for (auto _ : state) {
    std::string to(on.json);
    benchmark::DoNotOptimize(to.data());
  }
  Count(state, on.json.size());
}

template <typename Numbers>
void ToChars(benchmark::State& state, const Numbers& numbers) {
  std::string to(32 * static_cast<size_t>(numbers.size()), ' ');
  char* at = nullptr;
  for (auto _ : state) {
    at = &to[0];
    for (const auto number : numbers) at = std::to_chars(at, at + 32, number).ptr;
    benchmark::DoNotOptimize(at);
  }
  Count(state, static_cast<size_t>(at - to.data()));
}

bench::Large LargeOf(const Case& on) {
  bench::Large large;
  if (!large.ParseFromString(on.wire)) abort();
  return large;
}

void ToCharsInt32s(benchmark::State& state) { ToChars(state, LargeOf(bench::Int32s()).int32s()); }

void ToCharsDoubles(benchmark::State& state) {
  ToChars(state, LargeOf(bench::Doubles()).doubles());
}

// The texts are already separate, so that only the conversion is measured.
void FromCharsDoubles(benchmark::State& state) {
  const bench::Large large = LargeOf(bench::Doubles());
  std::vector<std::string> texts;
  for (double number : large.doubles()) {
    char text[32];
    texts.emplace_back(text, std::to_chars(text, text + 32, number).ptr);
  }
  size_t bytes = 0;
  for (const std::string& text : texts) bytes += text.size();
  for (auto _ : state) {
    double sum = 0;
    for (const std::string& text : texts) {
      double number = 0;
      std::from_chars(text.data(), text.data() + text.size(), number);
      sum += number;
    }
    benchmark::DoNotOptimize(sum);
  }
  Count(state, bytes);
}

#define TRESTLE_LIMIT_CASE(name)                   \
  BENCHMARK_CAPTURE(Decode, name, &bench::name);   \
  BENCHMARK_CAPTURE(Tokenize, name, &bench::name); \
  BENCHMARK_CAPTURE(Encode, name, &bench::name);   \
  BENCHMARK_CAPTURE(Copy, name, &bench::name);     \
  BENCHMARK_CAPTURE(CopyToNew, name, &bench::name)

TRESTLE_LIMIT_CASE(Object);
TRESTLE_LIMIT_CASE(List);
TRESTLE_LIMIT_CASE(Text);
TRESTLE_LIMIT_CASE(Int32s);
BENCHMARK(ToCharsInt32s);
TRESTLE_LIMIT_CASE(Doubles);
BENCHMARK(ToCharsDoubles);
BENCHMARK(FromCharsDoubles);
TRESTLE_LIMIT_CASE(Bytes);

}  // namespace
}  // namespace trestle

BENCHMARK_MAIN();
