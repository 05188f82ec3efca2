// Request heads: one end, one framing, nothing behind it that could be read otherwise.

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "trestle/server/http/request_head.h"
#include "trestle/server/http/uri_authority.h"
#include "trestle/tests/fuzz/check.h"
#include "trestle/transcoding/error.h"
#include "trestle/transcoding/token.h"

namespace trestle {
namespace {

// A head that comes in two pieces ends where it does in one.
void CheckEnd(absl::string_view bytes, size_t end) {
  for (size_t first = 0; first < bytes.size(); ++first) {
    const size_t found = FindHeadEnd(bytes.substr(0, first), 0);
    Check(found == (end != 0 && end <= first ? end : 0), "an end is found once it is there");
    Check(found != 0 || FindHeadEnd(bytes, first) == end, "and in the second piece, too");
  }
}

void CheckRefusal(const absl::Status& status) {
  switch (HttpStatusOf(status)) {
    case 400:
    case 414:
    case 417:
    case 431:
    case 501:
    case 505:
      return;
    default:
      Check(false, "the status is one of the guard's", status.ToString());
  }
}

size_t Count(const Head& head, absl::string_view name) {
  size_t count = 0;
  for (const HttpField& field : head.request.headers) {
    if (absl::EqualsIgnoreCase(field.name, name)) ++count;
  }
  return count;
}

// RFC 9112 6.3: the body's end is told in one way, or there is none.
void CheckFraming(const Head& head) {
  const size_t lengths = Count(head, "Content-Length");
  const size_t codings = Count(head, "Transfer-Encoding");
  Check(lengths + codings == (head.framing.kind == BodyFraming::kNone ? 0 : 1), "one framing");
  Check((head.framing.kind == BodyFraming::kChunked) == (codings == 1), "chunks when it says so");
  Check(!head.expects_continue || codings == 1 || head.framing.length > 0,
        "only a body is waited for");
  Check(head.framing.length <= uint64_t{1} << 63, "lengths do not overflow");
}

void CheckFields(const Head& head) {
  for (const HttpField& field : head.request.headers) {
    Check(IsToken(field.name), "names are tokens", field.name);
    for (char c : field.value) {
      Check(!absl::ascii_iscntrl(c) || c == '\t', "values hold no controls", field.value);
    }
    Check(absl::StripAsciiWhitespace(field.value) == field.value, "nor blanks around them",
          field.value);
  }
  Check(Count(head, "Host") <= 1 && (head.is_http10 || Count(head, "Host") == 1), "one Host");
  const std::string* host = FindField(head.request.headers, "Host");
  if (host != nullptr) Check(host->empty() || IsUriAuthority(*host), "of a host", *host);
}

void CheckRequestLine(const HttpRequest& request) {
  Check(IsToken(request.method) && request.method.size() <= 64, "the method is a short token",
        request.method);
  Check(absl::StartsWith(request.path, "/") || request.path == "*", "the path is absolute",
        request.path);
  for (char c : request.path + request.query) {
    Check(c > ' ' && c < 0x7f, "the target is printable", request.path);
  }
  Check(!absl::StrContains(request.path, "?"), "the query is not in the path", request.path);
}

std::string Print(const Head& head) {
  std::string text = absl::StrCat(head.request.method, " ", head.request.path);
  if (!head.request.query.empty()) absl::StrAppend(&text, "?", head.request.query);
  absl::StrAppend(&text, head.is_http10 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
  for (const HttpField& field : head.request.headers) {
    absl::StrAppend(&text, field.name, ": ", field.value, "\r\n");
  }
  return text + "\r\n";
}

// Who reads the head after us reads what we did.
void CheckReread(const Head& head) {
  LimitOptions wide;
  wide.target = wide.head = 1 << 20;
  const std::string text = Print(head);
  const auto again = ParseHead(text, wide);
  Check(again.ok() && FindHeadEnd(text, 0) == text.size(), "a head prints as one", text);
  Check(Print(*again) == text, "and is read as it was", text);
  Check(again->framing.kind == head.framing.kind && again->framing.length == head.framing.length,
        "with the same framing", text);
  Check(again->keep_alive == head.keep_alive && again->expects_continue == head.expects_continue,
        "and the same wishes", text);
}

void CheckHead(absl::string_view bytes) {
  const size_t end = FindHeadEnd(bytes, 0);
  if (bytes.size() < 200) CheckEnd(bytes, end);
  if (end == 0) return;
  Check(end <= bytes.size() && bytes[end - 1] == '\n', "a head ends in a line's end");
  const auto head = ParseHead(bytes.substr(0, end), LimitOptions{});
  if (!head.ok()) return CheckRefusal(head.status());
  Check(absl::EndsWith(bytes.substr(0, end), "\r\n\r\n"), "lines end in CRLF");
  CheckFraming(*head);
  CheckFields(*head);
  CheckRequestLine(head->request);
  CheckReread(*head);
}

}  // namespace
}  // namespace trestle

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  trestle::CheckHead(trestle::ToText(data, size));
  return 0;
}
