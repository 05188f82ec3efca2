#include "trestle/transcoding/violation.h"

#include "absl/strings/cord.h"
#include "trestle/transcoding/json_string.h"
#include "trestle/transcoding/output.h"
#include "trestle/transcoding/utf8.h"
#include "trestle/transcoding/wire_writer.h"

namespace trestle {
namespace {

// Of a longer text only this much is quoted.
constexpr size_t kMaxQuoted = 100;

void AppendCharacter(absl::string_view character, std::string* text) {
  Output out(text, character.size() + 4);
  WriteJsonEscaped(character, &out);
}

void AppendBadByte(char byte, std::string* text) {
  static constexpr char kHex[] = "0123456789abcdef";
  uint8_t value = static_cast<uint8_t>(byte);
  *text += {'\\', 'x', kHex[value >> 4], kHex[value & 15]};
}

}  // namespace

absl::Status FieldViolation(absl::string_view field_path, absl::string_view description,
                            absl::string_view message) {
  // google.rpc.BadRequest { field_violations = 1 { field = 1, description = 2 } }
  std::string violation, bad_request;
  if (!field_path.empty()) AppendBytesField(1, field_path, &violation);
  AppendBytesField(2, description, &violation);
  AppendBytesField(1, violation, &bad_request);
  absl::Status status(absl::StatusCode::kInvalidArgument, message);
  status.SetPayload(kBadRequestUrl, absl::Cord(bad_request));
  return status;
}

std::string Quote(absl::string_view text) {
  std::string quoted = "\"";
  size_t at = 0;
  while (at < text.size()) {
    size_t size = Utf8CharacterSize(text.substr(at));
    if (at + (size == 0 ? 1 : size) > kMaxQuoted) break;
    if (size == 0) {
      AppendBadByte(text[at++], &quoted);
      continue;
    }
    AppendCharacter(text.substr(at, size), &quoted);
    at += size;
  }
  return quoted + (at < text.size() ? "\"..." : "\"");
}

}  // namespace trestle
