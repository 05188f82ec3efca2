// Base64, as ProtoJSON reads and writes it (R61; RFC 4648).

#ifndef TRESTLE_TRANSCODING_CODEC_BASE64_H_
#define TRESTLE_TRANSCODING_CODEC_BASE64_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace trestle {

// Appends `bytes` in the standard alphabet, padded.
void AppendBase64(absl::string_view bytes, std::string* text);
// Decodes `text`, in either alphabet, padded or not, and appends the bytes. Returns false for any
// other text, and leaves `*bytes` unchanged.
bool DecodeBase64(absl::string_view text, std::string* bytes);

// The same on raw memory.
constexpr size_t Base64Size(size_t bytes) { return (bytes + 2) / 3 * 4; }
constexpr size_t MaxDecodedSize(size_t text) { return text / 4 * 3 + 3; }
// Writes Base64Size(bytes.size()) characters at `out`. Returns the end of the output.
char* WriteBase64(absl::string_view bytes, char* out);
// Writes at most MaxDecodedSize(text.size()) bytes at `out`. Returns the end of the output, or
// nullptr if `text` is not base64.
char* ReadBase64(absl::string_view text, char* out);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_BASE64_H_
