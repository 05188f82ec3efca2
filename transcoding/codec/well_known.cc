#include "trestle/transcoding/codec/well_known.h"

#include <algorithm>

#include "trestle/transcoding/codec/time_text.h"
#include "trestle/transcoding/codec/utf8.h"
#include "trestle/transcoding/codec/wire_reader.h"
#include "trestle/transcoding/codec/wire_writer.h"

namespace trestle {
namespace {

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }

void AppendSecondsAndNanos(SecondsAndNanos value, std::string* message) {
  if (value.seconds != 0) AppendVarintField(1, static_cast<uint64_t>(value.seconds), message);
  if (value.nanos != 0) {
    AppendVarintField(2, static_cast<uint64_t>(int64_t{value.nanos}), message);
  }
}

// Appends the snake_case of one path. Returns false if the camelCase of the result would not be
// `path`. In JSON this excludes underscores (R70).
bool AppendSnakeCase(absl::string_view path, MaskSpelling spelling, std::string* snake) {
  for (char c : path) {
    if (c == '_' && spelling == MaskSpelling::kCamelCase) return false;
    if (IsUpper(c)) *snake += '_';
    *snake += IsUpper(c) ? static_cast<char>(c + ('a' - 'A')) : c;
  }
  return !path.empty();
}

bool FieldMaskFromText(absl::string_view text, MaskSpelling spelling, std::string* message) {
  if (text.empty()) return true;
  if (!IsUtf8(text)) return false;  // from a URL (R23)
  std::string snake;
  while (true) {
    size_t comma = text.find(',');
    snake.clear();
    if (!AppendSnakeCase(text.substr(0, comma), spelling, &snake)) return false;
    AppendBytesField(1, snake, message);
    if (comma == absl::string_view::npos) return true;
    text.remove_prefix(comma + 1);
  }
}

// R70: an upper-case letter, or an underscore without a lower-case letter after it, would not be
// read back as it was.
bool HasCamelCase(absl::string_view path) {
  for (size_t i = 0; i < path.size(); ++i) {
    if (IsUpper(path[i])) return false;
    if (path[i] == '_' && (i + 1 == path.size() || !IsLower(path[i + 1]))) return false;
  }
  return true;
}

void AppendCamelCase(absl::string_view path, std::string* text) {
  for (size_t i = 0; i < path.size(); ++i) {
    *text += path[i] == '_' ? static_cast<char>(path[++i] - ('a' - 'A')) : path[i];
  }
}

bool AppendMaskPath(absl::string_view path, MaskSpelling spelling, std::string* text) {
  if (path.empty() || path.find(',') != path.npos || !IsUtf8(path)) return false;
  if (HasCamelCase(path)) {
    AppendCamelCase(path, text);
    return true;
  }
  // If snake_case is read as well, only upper-case letters would not be read back.
  if (spelling == MaskSpelling::kCamelCase || std::any_of(path.begin(), path.end(), IsUpper)) {
    return false;
  }
  text->append(path.data(), path.size());
  return true;
}

bool FieldMaskToText(absl::string_view message, MaskSpelling spelling, std::string* text) {
  bool first = true;
  bool has_text = true;
  const absl::Status status = ForEachField(message, [&](WireTag tag, absl::string_view path) {
    if (tag.number != 1 || tag.type != WireType::kBytes || !has_text) return;
    if (!first) *text += ',';
    first = false;
    has_text = AppendMaskPath(path, spelling, text);
  });
  return status.ok() && has_text;
}

}  // namespace

bool TextToWellKnown(WellKnown type, absl::string_view text, MaskSpelling spelling,
                     std::string* message) {
  SecondsAndNanos value;
  size_t before = message->size();
  bool parsed = false;
  if (type == WellKnown::kTimestamp) parsed = ParseTimestamp(text, &value);
  if (type == WellKnown::kDuration) parsed = ParseDuration(text, &value);
  if (type == WellKnown::kFieldMask) parsed = FieldMaskFromText(text, spelling, message);
  if (parsed) AppendSecondsAndNanos(value, message);  // zero, so nothing, for a FieldMask
  if (!parsed) message->resize(before);
  return parsed;
}

bool WellKnownToText(WellKnown type, absl::string_view message, MaskSpelling spelling,
                     std::string* text) {
  if (type == WellKnown::kFieldMask) return FieldMaskToText(message, spelling, text);
  SecondsAndNanos value;
  if (!ReadSecondsAndNanos(message, &value)) return false;
  char buffer[kMaxTimeText];
  char* end =
      type == WellKnown::kTimestamp ? WriteTimestamp(value, buffer) : WriteDuration(value, buffer);
  if (end != nullptr) text->append(buffer, static_cast<size_t>(end - buffer));
  return end != nullptr;
}

}  // namespace trestle
