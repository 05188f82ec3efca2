#include "trestle/transcoding/codec/base64.h"

#include <array>
#include <cstdint>
#include <cstring>

namespace trestle {
namespace {

constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr uint8_t kBad = 0xff;

// Two characters for each 12 bits.
constexpr std::array<char, 8192> MakePairs() {
  std::array<char, 8192> pairs{};
  for (size_t i = 0; i < 4096; ++i) {
    pairs[2 * i] = kAlphabet[i >> 6];
    pairs[2 * i + 1] = kAlphabet[i & 63];
  }
  return pairs;
}

constexpr std::array<uint8_t, 256> MakeValues() {
  std::array<uint8_t, 256> values{};
  for (uint8_t& value : values) value = kBad;
  for (uint8_t i = 0; i < 64; ++i) values[static_cast<uint8_t>(kAlphabet[i])] = i;
  values['-'] = 62;
  values['_'] = 63;
  return values;
}

constexpr std::array<char, 8192> kPairs = MakePairs();
constexpr std::array<uint8_t, 256> kValues = MakeValues();

uint32_t Byte(const char* at) { return static_cast<uint8_t>(*at); }
uint32_t Value(const char* at) { return kValues[static_cast<uint8_t>(*at)]; }

// Returns the text without its padding. Wrong padding is kept, and then is not valid base64.
absl::string_view StripPadding(absl::string_view text) {
  size_t size = text.size();
  if (size % 4 != 0 || size == 0 || text[size - 1] != '=') return text;
  return text.substr(0, size - (text[size - 2] == '=' ? 2 : 1));
}

// Reads the last 2 or 3 characters. Bits that do not fill a byte are ignored, as in protobuf.
char* ReadTail(absl::string_view tail, char* out) {
  if (tail.size() == 1) return nullptr;
  uint32_t bits = 0;
  for (const char& c : tail) {
    if (Value(&c) == kBad) return nullptr;
    bits = bits << 6 | Value(&c);
  }
  if (tail.size() == 2) *out++ = static_cast<char>(bits >> 4);
  if (tail.size() == 3) {
    *out++ = static_cast<char>(bits >> 10);
    *out++ = static_cast<char>(bits >> 2);
  }
  return out;
}

}  // namespace

char* WriteBase64(absl::string_view bytes, char* out) {
  const char* at = bytes.data();
  size_t left = bytes.size();
  for (; left >= 3; left -= 3, at += 3, out += 4) {
    size_t bits = Byte(at) << 16 | Byte(at + 1) << 8 | Byte(at + 2);
    memcpy(out, &kPairs[2 * (bits >> 12)], 2);
    memcpy(out + 2, &kPairs[2 * (bits & 0xfff)], 2);
  }
  if (left == 0) return out;
  uint32_t bits = Byte(at) << 16 | (left == 2 ? Byte(at + 1) << 8 : 0);
  *out++ = kAlphabet[bits >> 18];
  *out++ = kAlphabet[bits >> 12 & 63];
  *out++ = left == 2 ? kAlphabet[bits >> 6 & 63] : '=';
  *out++ = '=';
  return out;
}

char* ReadBase64(absl::string_view text, char* out) {
  text = StripPadding(text);
  const char* at = text.data();
  const char* last = at + text.size() / 4 * 4;
  for (; at != last; at += 4, out += 3) {
    uint32_t a = Value(at), b = Value(at + 1), c = Value(at + 2), d = Value(at + 3);
    if ((a | b | c | d) == kBad) return nullptr;  // only kBad has the top bits
    uint32_t bits = a << 18 | b << 12 | c << 6 | d;
    out[0] = static_cast<char>(bits >> 16);
    out[1] = static_cast<char>(bits >> 8);
    out[2] = static_cast<char>(bits);
  }
  return ReadTail(text.substr(text.size() / 4 * 4), out);
}

void AppendBase64(absl::string_view bytes, std::string* text) {
  size_t before = text->size();
  text->resize(before + Base64Size(bytes.size()));
  WriteBase64(bytes, &(*text)[before]);
}

bool DecodeBase64(absl::string_view text, std::string* bytes) {
  size_t before = bytes->size();
  bytes->resize(before + MaxDecodedSize(text.size()));
  char* end = ReadBase64(text, &(*bytes)[before]);
  bytes->resize(end == nullptr ? before : static_cast<size_t>(end - bytes->data()));
  return end != nullptr;
}

}  // namespace trestle
