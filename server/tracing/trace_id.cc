#include "trestle/server/tracing/trace_id.h"

#include <cstring>
#include <random>

namespace trestle {
namespace {

constexpr uint64_t RotateLeft(uint64_t value, int bits) {
  return value << bits | value >> (64 - bits);
}

// xoshiro256++ 1.0 of Blackman and Vigna.
class Generator {
 public:
  Generator() {
    std::random_device random;
    for (uint64_t& word : state_) word = uint64_t{random()} << 32 | random();
    state_[0] |= 1;  // it must not be all zero
  }

  uint64_t Next() {
    const uint64_t result = RotateLeft(state_[0] + state_[3], 23) + state_[0];
    const uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = RotateLeft(state_[3], 45);
    return result;
  }

 private:
  std::array<uint64_t, 4> state_{};
};

template <size_t N>
std::array<uint8_t, N> NewId() {
  thread_local Generator generator;
  std::array<uint8_t, N> id{};
  do {
    for (size_t i = 0; i < N; i += sizeof(uint64_t)) {
      const uint64_t word = generator.Next();
      memcpy(&id[i], &word, sizeof word);
    }
  } while (id == std::array<uint8_t, N>{});
  return id;
}

}  // namespace

TraceId NewTraceId() { return NewId<16>(); }

SpanId NewSpanId() { return NewId<8>(); }

}  // namespace trestle
