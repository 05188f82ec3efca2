#include "trestle/transcoding/codec/utf8.h"

#include <cstring>

namespace trestle {
namespace {

bool IsTail(char c) { return (static_cast<uint8_t>(c) & 0xc0) == 0x80; }

// Returns the size of a character that begins with `lead`, which is not ASCII, or 0 if there is
// none.
size_t SizeOfLead(uint8_t lead) {
  if (lead < 0xc2) return 0;  // a tail, or an overlong form of an ASCII character
  if (lead < 0xe0) return 2;
  if (lead < 0xf0) return 3;
  return lead < 0xf5 ? 4 : 0;
}

// RFC 3629: the range of the second byte depends on the first.
bool IsSecond(uint8_t lead, uint8_t second) {
  switch (lead) {
    case 0xe0:
      return second >= 0xa0 && second < 0xc0;
    case 0xed:
      return second >= 0x80 && second < 0xa0;  // no surrogates
    case 0xf0:
      return second >= 0x90 && second < 0xc0;
    case 0xf4:
      return second >= 0x80 && second < 0x90;
    default:
      return second >= 0x80 && second < 0xc0;
  }
}

size_t SkipAscii(absl::string_view text, size_t at) {
  while (at + 8 <= text.size()) {
    uint64_t word;
    memcpy(&word, text.data() + at, 8);
    if ((word & 0x8080808080808080) != 0) break;
    at += 8;
  }
  while (at < text.size() && static_cast<int8_t>(text[at]) >= 0) ++at;
  return at;
}

}  // namespace

size_t Utf8CharacterSize(absl::string_view text) {
  if (text.empty()) return 0;
  uint8_t lead = static_cast<uint8_t>(text[0]);
  if (lead < 0x80) return 1;
  size_t size = SizeOfLead(lead);
  if (size == 0 || text.size() < size) return 0;
  if (!IsSecond(lead, static_cast<uint8_t>(text[1]))) return 0;
  if (size > 2 && !IsTail(text[2])) return 0;
  return size > 3 && !IsTail(text[3]) ? 0 : size;
}

size_t ValidUtf8Prefix(absl::string_view text) {
  size_t at = 0;
  while ((at = SkipAscii(text, at)) < text.size()) {
    // Characters that are not ASCII usually follow one another.
    do {
      size_t size = Utf8CharacterSize(text.substr(at));
      if (size == 0) return at;
      at += size;
    } while (at < text.size() && static_cast<int8_t>(text[at]) < 0);
  }
  return at;
}

absl::string_view CutUtf8(absl::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  size_t end = max_bytes;
  for (int i = 0; i < 3 && end > 0 && IsTail(text[end]); ++i) --end;
  // More tails in a row than a character has are not UTF-8.
  return text.substr(0, IsTail(text[end]) ? max_bytes : end);
}

char* WriteUtf8(uint32_t code, char* out) {
  if (code < 0x80) {
    *out++ = static_cast<char>(code);
    return out;
  }
  if (code < 0x800) {
    *out++ = static_cast<char>(0xc0 | code >> 6);
  } else {
    if (code < 0x10000) {
      *out++ = static_cast<char>(0xe0 | code >> 12);
    } else {
      *out++ = static_cast<char>(0xf0 | code >> 18);
      *out++ = static_cast<char>(0x80 | (code >> 12 & 0x3f));
    }
    *out++ = static_cast<char>(0x80 | (code >> 6 & 0x3f));
  }
  *out++ = static_cast<char>(0x80 | (code & 0x3f));
  return out;
}

}  // namespace trestle
