// Finds the special characters in the text of a JSON string, many bytes at a time. The reader and
// the writer both spend most of their time on strings, and most strings have no special characters.

#ifndef TRESTLE_TRANSCODING_CODEC_JSON_SCAN_H_
#define TRESTLE_TRANSCODING_CODEC_JSON_SCAN_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "absl/numeric/bits.h"
#include "absl/strings/string_view.h"

namespace trestle {

// Returns true for the characters that need attention in the text of a JSON string: quotes,
// backslashes and control characters.
inline bool IsJsonSpecial(char c) {
  return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
}

// Returns a word with the top bit set for each byte of `word` that is special or not ASCII. Higher
// bytes may be marked as well, so the only information is whether the result is zero.
inline uint64_t NotPlainBytes(uint64_t word) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kTops = 0x8080808080808080;
  uint64_t quote = word ^ (kOnes * '"');
  uint64_t backslash = word ^ (kOnes * '\\');
  uint64_t marks = (word - kOnes * 0x20) | (quote - kOnes) | (backslash - kOnes);
  return (marks | word) & kTops;
}

// Returns the first special character in [at, end), or `end`. Makes `*high` nonzero if a byte
// before it is not ASCII.
inline const char* FindJsonSpecial(const char* at, const char* end, unsigned* high) {
#ifdef __SSE2__
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i control = _mm_set1_epi8(0x1f);
  for (; end - at >= 16; at += 16) {
    __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    __m128i found = _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash));
    found = _mm_or_si128(found, _mm_cmpeq_epi8(_mm_min_epu8(bytes, control), bytes));
    unsigned marks = static_cast<unsigned>(_mm_movemask_epi8(found));
    unsigned tops = static_cast<unsigned>(_mm_movemask_epi8(bytes));
    if (marks != 0) {
      *high |= tops & (marks - 1) & ~marks;
      return at + absl::countr_zero(marks);
    }
    *high |= tops;
  }
#else
  uint64_t word;
  for (; end - at >= 8; at += 8) {
    memcpy(&word, at, 8);
    if (NotPlainBytes(word) != 0) break;
  }
#endif
  for (; at != end && !IsJsonSpecial(*at); ++at) *high |= static_cast<unsigned char>(*at) & 0x80;
  return at;
}

// Returns true if `text` is ASCII without special characters, and thus needs no escapes in JSON.
inline bool IsPlainJsonText(absl::string_view text) {
  const char* at = text.data();
  size_t left = text.size();
  if (left > 64) {  // long enough to pay for setting up the vector registers
    unsigned high = 0;
    return FindJsonSpecial(at, at + left, &high) == at + left && high == 0;
  }
  uint64_t word = 0;
  if (left < 8) {
    uint64_t marks = 0;
    for (; left > 0; --left, ++at) marks |= IsJsonSpecial(*at) || static_cast<int8_t>(*at) < 0;
    return marks == 0;
  }
  for (; left > 8; left -= 8, at += 8) {
    memcpy(&word, at, 8);
    if (NotPlainBytes(word) != 0) return false;
  }
  memcpy(&word, text.data() + text.size() - 8, 8);  // the last 8, some of them again
  return NotPlainBytes(word) == 0;
}

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_JSON_SCAN_H_
