#include "trestle/transcoding/codec/json_to_wire.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "trestle/transcoding/codec/json_decoder.h"
#include "trestle/transcoding/codec/violation.h"

namespace trestle {
namespace {

// Paths through nested Structs can have a hundred keys, of a hundred bytes each.
constexpr size_t kMaxPath = 1000;

bool StartsPart(char c) { return c == '.' || c == '['; }

// Returns the end of `path`, where the fault is, if the path is long.
std::string Shortened(std::string path) {
  if (path.size() <= kMaxPath) return path;
  // Begins at a part of the path, which is never within a character.
  const auto part = std::find_if(path.end() - kMaxPath, path.end(), StartsPart);
  return absl::StrCat("...", std::string(part, path.end()));
}

// `line 1, column 12: "book.pages": "x" is not an int32`, `… "book.pages" is given twice`
absl::Status StatusOf(absl::string_view json, LineColumn begin, const JsonFault& fault) {
  const LineColumn where = LineColumnAt(json, fault.offset, begin);
  const std::string path = Shortened(fault.spelled_path);
  std::string message = absl::StrCat("line ", where.line, ", column ", where.column, ": ");
  if (!path.empty()) absl::StrAppend(&message, "\"", path, fault.of_field ? "\" " : "\": ");
  absl::StrAppend(&message, fault.what);
  return FieldViolation(Shortened(fault.path), fault.what, message);
}

template <typename Decode>
absl::Status Run(absl::string_view json, const JsonReadOptions& options, CodecMeter* meter,
                 LineColumn begin, std::string* wire, Decode decode) {
  JsonDecoder decoder(json, options, meter, wire);
  const auto has_refused = [meter] { return meter != nullptr && meter->has_refused(); };
  // The decoder is not run if its buffers alone exceed the meter's limit.
  const bool is_decoded = !has_refused() && decode(&decoder);
  if (has_refused()) return meter->refusal();
  return is_decoded ? absl::OkStatus() : StatusOf(json, begin, decoder.fault());
}

}  // namespace

absl::Status JsonToWire(absl::string_view json, const Schema& message,
                        const JsonReadOptions& options, std::string* wire, CodecMeter* meter,
                        LineColumn begin) {
  return Run(json, options, meter, begin, wire,
             [&](JsonDecoder* decoder) { return decoder->DecodeMessage(message); });
}

absl::Status JsonToWireField(absl::string_view json, const Field& field,
                             const JsonReadOptions& options, std::string* wire, CodecMeter* meter,
                             LineColumn begin) {
  return Run(json, options, meter, begin, wire,
             [&](JsonDecoder* decoder) { return decoder->DecodeField(field); });
}

}  // namespace trestle
