#include "trestle/transcoding/codec/json_string.h"

#include "trestle/transcoding/codec/json_scan.h"
#include "trestle/transcoding/codec/utf8.h"

namespace trestle {
namespace {

// RFC 8259 section 7: the short form if there is one, else \u00XX.
char* WriteEscape(char c, char* out) {
  static constexpr char kShort[] = "btn\0fr";  // from \b on
  static constexpr char kHex[] = "0123456789abcdef";
  *out++ = '\\';
  if (c == '"' || c == '\\') {
    *out++ = c;
    return out;
  }
  if (c >= '\b' && c <= '\r' && c != '\v') {
    *out++ = kShort[c - '\b'];
    return out;
  }
  out = CopyBytes("u00", out);
  *out++ = kHex[c >> 4];
  *out++ = kHex[c & 15];
  return out;
}

// Writes text with special characters, or with bytes that are not ASCII.
bool WriteHardString(absl::string_view text, Output* out) {
  if (!IsUtf8(text)) return false;
  out->Put('"');
  WriteJsonEscaped(text, out);
  out->Put('"');
  return true;
}

}  // namespace

bool WriteJsonString(absl::string_view text, Output* out) {
  if (!IsPlainJsonText(text)) return WriteHardString(text, out);
  char* at = out->Reserve(text.size() + 2);
  *at++ = '"';
  at = CopyBytes(text, at);
  *at++ = '"';
  out->Advance(at);
  return true;
}

void WriteJsonEscaped(absl::string_view text, Output* out) {
  const char* at = text.data();
  const char* end = at + text.size();
  unsigned high = 0;
  while (true) {
    const char* special = FindJsonSpecial(at, end, &high);
    char* to = out->Reserve(static_cast<size_t>(special - at) + 6);
    to = CopyBytes({at, static_cast<size_t>(special - at)}, to);
    if (special != end) to = WriteEscape(*special, to);
    out->Advance(to);
    if (special == end) return;
    at = special + 1;
  }
}

}  // namespace trestle
