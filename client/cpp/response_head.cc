// Bytes are collected until a line is complete; the line is then parsed by its place in the
// head: status line, field, or the empty line. The head of a 1xx response is parsed like any
// other and then forgotten, but its bytes count. Lengths and codings are checked at the end,
// when all fields are known, so that contradictions between them are found.

#include "trestle/client/cpp/response_head.h"

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "trestle/transcoding/http_fields.h"
#include "trestle/transcoding/token.h"

namespace trestle {
namespace {

constexpr size_t kQuoted = 100;  // bytes of a server's text in a message

std::string Quote(absl::string_view text) {
  return absl::StrCat("\"", absl::CHexEscape(text.substr(0, kQuoted)), "\"");
}

absl::Status NotHttp(absl::string_view why) {
  return absl::InternalError(absl::StrCat("the response is not well-formed HTTP/1.1: ", why));
}

// HTTP-version SP 3DIGIT, then the end of the line, or SP and a reason (RFC 9112 4).
bool HasControl(absl::string_view line) {
  return absl::c_any_of(line, [](char c) { return c == '\0' || c == '\r'; });
}

bool IsStatusLine(absl::string_view line) {
  return line.size() >= 12 &&
         (absl::StartsWith(line, "HTTP/1.1 ") || absl::StartsWith(line, "HTTP/1.0 ")) &&
         absl::c_all_of(line.substr(9, 3), absl::ascii_isdigit) &&
         (line.size() == 12 || line[12] == ' ') && !HasControl(line);
}

// Content-Length = 1*DIGIT, here of less than 2^63.
bool IsLength(absl::string_view text) {
  return !text.empty() && text.size() <= 18 && absl::c_all_of(text, absl::ascii_isdigit);
}

}  // namespace

absl::Status ResponseHead::Add(char byte) {
  bytes_.push_back(byte);
  const size_t line_size = bytes_.size() - line_;
  if (dropped_ + bytes_.size() > kMaxBytes || (status_ == 0 && line_size > kMaxStatusLine)) {
    return absl::ResourceExhaustedError(absl::StrCat("the response's head is over ", kMaxBytes,
                                                     " bytes, or its status line over ",
                                                     kMaxStatusLine));
  }
  if (byte != '\n') return absl::OkStatus();
  absl::string_view line = absl::string_view(bytes_).substr(line_, line_size - 1);
  line_ = bytes_.size();
  if (!absl::ConsumeSuffix(&line, "\r")) {
    return NotHttp(absl::StrCat("line ", Quote(line), " ends without CR"));
  }
  return AddLine(line);
}

absl::Status ResponseHead::AddLine(absl::string_view line) {
  if (status_ == 0) return AddStatusLine(line);
  return line.empty() ? End() : AddField(line);
}

absl::Status ResponseHead::AddStatusLine(absl::string_view line) {
  if (!IsStatusLine(line)) return NotHttp(absl::StrCat("invalid status line ", Quote(line)));
  is_http_1_0_ = line[7] == '0';
  status_ = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
  if (status_ < 100 || status_ == 101) return NotHttp(absl::StrCat("unexpected status ", status_));
  return absl::OkStatus();
}

// field-line = field-name ":" OWS field-value OWS. A continuation of the line
// before (obs-fold) has no name.
absl::Status ResponseHead::AddField(absl::string_view line) {
  const size_t colon = line.find(':');
  const absl::string_view name = line.substr(0, colon);
  if (colon == line.npos || !IsToken(name) || HasControl(line)) {
    return NotHttp(absl::StrCat("invalid header line ", Quote(line)));
  }
  const absl::string_view value = TrimOws(line.substr(colon + 1));
  fields_.push_back({std::string(name), std::string(value)});
  return absl::OkStatus();
}

absl::Status ResponseHead::End() {
  if (status_ < 200) {
    dropped_ += bytes_.size();
    bytes_.clear();
    fields_.clear();
    line_ = 0;
    status_ = 0;
    return absl::OkStatus();
  }
  absl::Status status = ReadLengths();
  if (status.ok()) status = ReadEncodings();
  complete_ = status.ok();
  return status;
}

absl::Status ResponseHead::ReadLengths() {
  const std::string* first = nullptr;
  for (const HttpField& field : fields_) {
    if (!absl::EqualsIgnoreCase(field.name, "content-length")) continue;
    uint64_t length = 0;
    if (!IsLength(field.value) || !absl::SimpleAtoi(field.value, &length)) {
      return NotHttp(absl::StrCat("invalid Content-Length ", Quote(field.value)));
    }
    if (first != nullptr && *first != field.value) {
      return NotHttp(absl::StrCat("two values of Content-Length, ", *first, " and ", field.value));
    }
    first = &field.value;
    content_length_ = length;
  }
  return absl::OkStatus();
}

absl::Status ResponseHead::ReadEncodings() {
  for (const HttpField& field : fields_) {
    if (!absl::EqualsIgnoreCase(field.name, "transfer-encoding")) continue;
    const bool is_known = absl::EqualsIgnoreCase(field.value, "chunked");
    if (!is_known || chunked_ || is_http_1_0_) {
      return NotHttp(absl::StrCat("unsupported Transfer-Encoding ", Quote(field.value),
                                  chunked_ ? " after another" : "",
                                  is_http_1_0_ ? " in HTTP/1.0" : ""));
    }
    chunked_ = true;
  }
  if (!chunked_ || !content_length_.has_value()) return absl::OkStatus();
  return NotHttp("both Transfer-Encoding and Content-Length");
}

bool ResponseHead::keeps_connection() const {
  return !is_http_1_0_ && !HasName(ListOf(fields_, "connection"), "close");
}

}  // namespace trestle
