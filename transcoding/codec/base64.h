// Base64, as ProtoJSON reads and writes it (R61; RFC 4648).

#ifndef TRESTLE_TRANSCODING_CODEC_BASE64_H_
#define TRESTLE_TRANSCODING_CODEC_BASE64_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace trestle {

// Appends `bytes` in the standard alphabet, padded.
void AppendBase64(absl::string_view bytes, std::string* text);
// Appends what `text` stands for: either alphabet, padded or not. False for anything
// else, when `*bytes` holds what it held.
bool DecodeBase64(absl::string_view text, std::string* bytes);

// The same on raw memory.
constexpr size_t Base64Size(size_t bytes) { return (bytes + 2) / 3 * 4; }
constexpr size_t MaxDecodedSize(size_t text) { return text / 4 * 3 + 3; }
// Writes Base64Size(bytes.size()) characters at `out`, and returns where it ended.
char* WriteBase64(absl::string_view bytes, char* out);
// Writes at most MaxDecodedSize(text.size()) bytes at `out`; nullptr when `text` is not
// base64, else where it ended.
char* ReadBase64(absl::string_view text, char* out);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_BASE64_H_
