#include "trestle/transcoding/percent.h"

#include <array>
#include <cstddef>
#include <cstdint>

#include "trestle/transcoding/codec/digits.h"

namespace trestle {
namespace {

// One bit per use of a byte, so that each check is one lookup in one table.
enum Class : uint8_t { kInSegment = 1, kInPath = 2, kInLiteral = 4, kPchar = 8 };

constexpr bool IsUnreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

constexpr bool IsSubDelimiterOrAt(char c) {
  return c == '!' || c == '$' || c == '&' || c == '\'' || c == '(' || c == ')' || c == '+' ||
         c == ',' || c == ';' || c == '=' || c == '@';
}

constexpr uint8_t ClassOf(char c) {
  if (IsUnreserved(c)) return kInSegment | kInPath | kInLiteral | kPchar;
  if (IsSubDelimiterOrAt(c)) return kInLiteral | kPchar;
  if (c == ':' || c == '*') return kPchar;
  return c == '/' ? kInPath : 0;
}

constexpr std::array<uint8_t, 256> MakeClasses() {
  std::array<uint8_t, 256> classes{};
  for (size_t i = 0; i < classes.size(); ++i) classes[i] = ClassOf(static_cast<char>(i));
  return classes;
}

constexpr std::array<uint8_t, 256> kClasses = MakeClasses();

constexpr bool Is(char c, uint8_t classes) {
  return (kClasses[static_cast<uint8_t>(c)] & classes) != 0;
}

uint8_t ClassKept(Encode kept) {
  switch (kept) {
    case Encode::kSegment:
      return kInSegment;
    case Encode::kPath:
      return kInPath;
    case Encode::kLiteral:
      return kInLiteral;
  }
  return 0;
}

// Returns the byte of the escape at the beginning of `text`, or -1.
int EscapedByte(absl::string_view text) {
  if (text.size() < 3) return -1;
  const int high = HexDigit(text[1]);
  const int low = HexDigit(text[2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

}  // namespace

bool BeginsWithEscape(absl::string_view text) {
  return !text.empty() && text[0] == '%' && EscapedByte(text) >= 0;
}

void PercentEncode(absl::string_view text, Encode kept, std::string* out) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  const uint8_t kept_class = ClassKept(kept);
  for (char c : text) {
    if (Is(c, kept_class)) {
      out->push_back(c);
      continue;
    }
    const uint8_t byte = static_cast<uint8_t>(c);
    const char escape[] = {'%', kHex[byte >> 4], kHex[byte & 15]};
    out->append(escape, sizeof(escape));
  }
}

absl::optional<size_t> PercentDecode(absl::string_view text, Decode escapes, char* out) {
  char* const begin = out;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c != '%') {
      *out++ = c == '+' && escapes == Decode::kQuery ? ' ' : c;
      continue;
    }
    const int byte = EscapedByte(text.substr(i));
    if (byte < 0) return absl::nullopt;
    if (byte == '/' && escapes == Decode::kKeepSlash) {
      *out++ = c;  // and the two digits after it, as plain text
      continue;
    }
    *out++ = static_cast<char>(byte);
    i += 2;
  }
  return out - begin;
}

bool PercentDecode(absl::string_view text, Decode escapes, std::string* out) {
  const size_t old_size = out->size();
  out->append(text.data(), text.size());
  const absl::optional<size_t> size = PercentDecode(text, escapes, &(*out)[old_size]);
  out->resize(old_size + size.value_or(0));
  return size.has_value();
}

bool IsPathChar(char c) { return Is(c, kPchar); }

}  // namespace trestle
