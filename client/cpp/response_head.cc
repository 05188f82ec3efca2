#include "trestle/client/cpp/response_head.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace trestle {
namespace {

// No header begins like this: "/" is no tchar (RFC 9110 5.6.2).
bool IsStatusLine(absl::string_view line) { return absl::StartsWith(line, "HTTP/"); }

}  // namespace

bool ResponseHead::Add(char byte) {
  bytes_.push_back(byte);
  absl::string_view line = absl::string_view(bytes_).substr(line_);
  bool too_long = IsStatusLine(line) && line.size() > kMaxStatusLine;
  if (byte == '\n') line_ = bytes_.size();
  return !too_long && bytes_.size() <= kMaxBytes;
}

HttpFields ResponseHead::Fields() const {
  HttpFields fields;
  for (absl::string_view line : absl::StrSplit(bytes_, '\n')) {
    size_t colon = line.find(':');
    if (IsStatusLine(line)) {
      fields.clear();
    } else if (colon != absl::string_view::npos) {
      absl::string_view value = absl::StripAsciiWhitespace(line.substr(colon + 1));
      fields.push_back({std::string(line.substr(0, colon)), std::string(value)});
    }
  }
  return fields;
}

}  // namespace trestle
