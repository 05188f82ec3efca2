#include "trestle/transcoding/codec/quote.h"

#include <cstddef>
#include <cstdint>

#include "trestle/transcoding/codec/json_string.h"
#include "trestle/transcoding/codec/output.h"
#include "trestle/transcoding/codec/utf8.h"

namespace trestle {
namespace {

// The number of bytes that are shown of a longer text.
constexpr size_t kMaxShown = 100;

void AppendCharacter(absl::string_view character, std::string* text) {
  // JSON does not require this escape, but terminals interpret the character.
  if (character == "\x7f") {
    text->append("\\u007f");
    return;
  }
  Output out(text, character.size() + 4);
  WriteJsonEscaped(character, &out);
}

void AppendBadByte(char byte, std::string* text) {
  static constexpr char kHex[] = "0123456789abcdef";
  uint8_t value = static_cast<uint8_t>(byte);
  *text += {'\\', 'x', kHex[value >> 4], kHex[value & 15]};
}

// Appends the part of `text` that is shown. Returns true if that is all of it.
bool AppendShown(absl::string_view text, std::string* shown) {
  size_t at = 0;
  while (at < text.size()) {
    size_t size = Utf8CharacterSize(text.substr(at));
    if (at + (size == 0 ? 1 : size) > kMaxShown) return false;
    if (size == 0) {
      AppendBadByte(text[at++], shown);
      continue;
    }
    AppendCharacter(text.substr(at, size), shown);
    at += size;
  }
  return true;
}

}  // namespace

std::string Quote(absl::string_view text) {
  std::string quoted = "\"";
  bool all = AppendShown(text, &quoted);
  return quoted + (all ? "\"" : "\"...");
}

std::string Excerpt(absl::string_view text) {
  std::string excerpt;
  if (!AppendShown(text, &excerpt)) excerpt += "...";
  return excerpt;
}

}  // namespace trestle
