// Nearly all text is printable ASCII, so runs of it are copied at once. Everything else is looked
// at one character at a time.

#include "trestle/server/access_log/log_text.h"

#include <array>
#include <cstdint>

#include "trestle/transcoding/codec/utf8.h"

namespace trestle {
namespace {

constexpr char kEllipsis[] = "\xe2\x80\xa6";     // U+2026
constexpr char kReplacement[] = "\xef\xbf\xbd";  // U+FFFD

// The printable ASCII characters that JSON does not escape; without space and "=" if `is_bare`.
constexpr std::array<bool, 256> Characters(bool is_bare) {
  std::array<bool, 256> all{};
  for (size_t c = ' '; c <= '~'; ++c) {
    const bool is_plain = c != '"' && c != '\\';
    all[c] = is_plain && !(is_bare && (c == ' ' || c == '='));
  }
  return all;
}
constexpr std::array<bool, 256> kPlain = Characters(false);
constexpr std::array<bool, 256> kBare = Characters(true);

// Returns the size of the longest prefix that has characters of `set` only.
size_t PrefixOf(absl::string_view text, const std::array<bool, 256>& set) {
  size_t size = 0;
  while (size < text.size() && set[static_cast<uint8_t>(text[size])]) ++size;
  return size;
}

// Characters above U+FFFF are escaped as two surrogates, as in JSON.
void AppendEscape(uint32_t code, std::string* out) {
  if (code > 0xffff) {
    AppendEscape(0xd800 + ((code - 0x10000) >> 10), out);
    code = 0xdc00 + (code & 0x3ff);
  }
  static constexpr char kHex[] = "0123456789abcdef";
  out->append("\\u");
  for (int shift = 12; shift >= 0; shift -= 4) out->push_back(kHex[code >> shift & 15]);
}

// Returns true for the characters outside ASCII that change a line or how it is shown.
bool IsHarmful(uint32_t code) {
  const bool is_control = code >= 0x80 && code < 0xa0;
  const bool is_separator = code == 0x2028 || code == 0x2029;
  const bool is_direction = (code >= 0x202a && code <= 0x202e) || code == 0x061c ||
                            (code >= 0x2066 && code <= 0x2069) || code == 0x200e || code == 0x200f;
  // Two texts that look the same may differ in these. The last are the tags, which can hide text.
  const bool is_invisible = code == 0x00ad || code == 0x200b || code == 0xfeff ||
                            (code >= 0x2060 && code <= 0x2064) ||
                            (code >= 0xe0000 && code <= 0xe007f);
  return is_control || is_separator || is_direction || is_invisible;
}

// Returns the code of a character of two to four bytes.
uint32_t CodeOf(absl::string_view character) {
  uint32_t code = static_cast<uint8_t>(character[0]) & (0x7fU >> character.size());
  for (const char c : character.substr(1)) code = code << 6 | (static_cast<uint8_t>(c) & 0x3f);
  return code;
}

// Appends the first character of `text`, which is not plain, and returns its size.
size_t AppendSpecial(absl::string_view text, std::string* out) {
  const auto first = static_cast<uint8_t>(text[0]);
  if (first == '"' || first == '\\') {
    out->push_back('\\');
    out->push_back(text[0]);
    return 1;
  }
  if (first < 0x80) {
    AppendEscape(first, out);
    return 1;
  }
  const size_t size = Utf8CharacterSize(text);
  if (size == 0) {
    out->append(kReplacement);
    return 1;
  }
  const uint32_t code = CodeOf(text.substr(0, size));
  if (IsHarmful(code)) {
    AppendEscape(code, out);
  } else {
    out->append(text.data(), size);
  }
  return size;
}

}  // namespace

void AppendQuoted(absl::string_view text, size_t max_bytes, std::string* out) {
  const bool is_cut = text.size() > max_bytes;
  text = CutUtf8(text, max_bytes);
  out->push_back('"');
  while (!text.empty()) {
    const size_t plain = PrefixOf(text, kPlain);
    out->append(text.data(), plain);
    text.remove_prefix(plain);
    if (!text.empty()) text.remove_prefix(AppendSpecial(text, out));
  }
  if (is_cut) out->append(kEllipsis);
  out->push_back('"');
}

void AppendLogfmtValue(absl::string_view text, size_t max_bytes, std::string* out) {
  const bool is_bare =
      !text.empty() && text.size() <= max_bytes && PrefixOf(text, kBare) == text.size();
  if (!is_bare) return AppendQuoted(text, max_bytes, out);
  out->append(text.data(), text.size());
}

}  // namespace trestle
