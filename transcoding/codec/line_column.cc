#include "trestle/transcoding/codec/line_column.h"

#include <cstring>

#include "trestle/transcoding/codec/little_endian.h"

namespace trestle {
namespace {

constexpr uint64_t kOnes = 0x0101010101010101;
constexpr uint64_t kHighBits = kOnes * 0x80;

// Sets the high bit of each byte that is a newline.
uint64_t Newlines(uint64_t word) {
  const uint64_t zero_where_newline = word ^ (kOnes * '\n');
  return ~(((zero_where_newline & ~kHighBits) + ~kHighBits) | zero_where_newline) & kHighBits;
}

// Sets the high bit of each byte that continues a character: 10xxxxxx.
uint64_t Continuations(uint64_t word) { return word & ~(word << 1) & kHighBits; }

// Counts the bytes that `mark` marks, a word at a time. It must not mark '\0', which pads the last
// word.
template <typename Mark>
size_t Count(absl::string_view text, Mark mark) {
  const auto add = [&mark](uint64_t word) { return ((mark(word) >> 7) * kOnes) >> 56; };
  size_t count = 0;
  for (; text.size() >= sizeof(uint64_t); text.remove_prefix(sizeof(uint64_t))) {
    count += add(LoadFixed64(text.data()));
  }
  char rest[sizeof(uint64_t)] = {};
  if (!text.empty()) std::memcpy(rest, text.data(), text.size());
  return count + add(LoadFixed64(rest));
}

}  // namespace

void Advance(absl::string_view text, LineColumn* place) {
  if (const size_t newlines = Count(text, Newlines); newlines > 0) {
    *place = {place->line + static_cast<int64_t>(newlines), 1};
    text.remove_prefix(text.rfind('\n') + 1);
  }
  place->column += static_cast<int64_t>(text.size() - Count(text, Continuations));
}

LineColumn LineColumnAt(absl::string_view text, size_t offset, LineColumn begin) {
  Advance(text.substr(0, offset), &begin);
  return begin;
}

}  // namespace trestle
