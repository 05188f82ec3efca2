#include "trestle/server/http/guard.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "trestle/transcoding/error.h"

namespace trestle {
namespace {

absl::Status Bad(absl::string_view message) { return HttpError(400, message); }

absl::Status TargetTooLong(const LimitOptions& limits) {
  return HttpError(414,
                   absl::StrCat("the request target is longer than ", limits.target, " bytes"));
}

bool IsTokenChar(char c) {
  return absl::ascii_isalnum(c) || absl::StrContains("!#$%&'*+-.^_`|~", absl::string_view(&c, 1));
}

// VCHAR, SP, HTAB and obs-text.
bool IsFieldChar(char c) { return c == '\t' || (c >= ' ' && c != 0x7f) || (c & 0x80) != 0; }

// field-value without its surrounding white space.
absl::string_view TrimOws(absl::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Takes the next line off `*bytes`, without its CRLF.
absl::StatusOr<absl::string_view> TakeLine(absl::string_view* bytes) {
  const size_t end = bytes->find('\n');
  if (end == absl::string_view::npos) return Bad("the head of the request has no end");
  if (end == 0 || (*bytes)[end - 1] != '\r') {
    return Bad("a line of the request's head does not end in CRLF");
  }
  absl::string_view line = bytes->substr(0, end - 1);
  bytes->remove_prefix(end + 1);
  return line;
}

// ---- request-line = method SP request-target SP HTTP-version

absl::Status ParseVersion(absl::string_view version, Head* head) {
  if (version == "HTTP/1.1") return absl::OkStatus();
  head->is_http10 = version == "HTTP/1.0";
  if (head->is_http10) return absl::OkStatus();
  const bool is_other = version.size() == 8 && absl::StartsWith(version, "HTTP/") &&
                        absl::ascii_isdigit(version[5]) && version[6] == '.' &&
                        absl::ascii_isdigit(version[7]);
  return is_other ? HttpError(505, "only HTTP/1.1 and HTTP/1.0 are spoken here")
                  : Bad("the request line does not end in an HTTP version");
}

bool IsTargetChar(char c) { return c > ' ' && c < 0x7f && c != '#'; }

absl::Status CheckTargetBytes(absl::string_view target) {
  for (char c : target) {
    if (!IsTargetChar(c)) return Bad("the request target holds a character that must be encoded");
  }
  return absl::OkStatus();
}

// absolute-form: what follows the authority, or nothing if `target` is not of that form.
bool StripAuthority(absl::string_view* target) {
  const size_t scheme = target->find("://");
  const absl::string_view name = target->substr(0, scheme);
  if (!absl::EqualsIgnoreCase(name, "http") && !absl::EqualsIgnoreCase(name, "https")) return false;
  target->remove_prefix(scheme + 3);
  const size_t end = target->find_first_of("/?");
  if (end == 0 || target->empty()) return false;
  target->remove_prefix(end == absl::string_view::npos ? target->size() : end);
  return true;
}

absl::Status ParseTarget(absl::string_view target, HttpRequest* request) {
  if (absl::Status bytes = CheckTargetBytes(target); !bytes.ok()) return bytes;
  const bool is_server_wide = target == "*" && request->method == "OPTIONS";
  if (!is_server_wide && !absl::StartsWith(target, "/") && !StripAuthority(&target)) {
    return Bad("the request target is neither a path nor an http URL");
  }
  const size_t question = target.find('?');
  request->path = std::string(target.substr(0, question));
  if (request->path.empty()) request->path = "/";
  if (question != absl::string_view::npos) {
    request->query = std::string(target.substr(question + 1));
  }
  return absl::OkStatus();
}

absl::Status ParseRequestLine(absl::string_view line, const LimitOptions& limits, Head* head) {
  const std::vector<absl::string_view> parts = absl::StrSplit(line, ' ');
  if (parts.size() != 3) return Bad("the request line is not `method target version`");
  if (!IsToken(parts[0])) return Bad("the request's method is not a token");
  if (parts[1].size() > limits.target) {
    return TargetTooLong(limits);
  }
  head->request.method = std::string(parts[0]);
  if (absl::Status version = ParseVersion(parts[2], head); !version.ok()) return version;
  if (parts[0] == "CONNECT") return HttpError(501, "CONNECT is not served here");
  return ParseTarget(parts[1], &head->request);
}

// ---- field lines

absl::Status ParseFields(absl::string_view lines, const LimitOptions& limits, HttpFields* fields) {
  for (;;) {
    absl::StatusOr<absl::string_view> line = TakeLine(&lines);
    if (!line.ok()) return line.status();
    if (line->empty()) return absl::OkStatus();
    if (fields->size() == limits.head_lines) {
      return HttpError(431,
                       absl::StrCat("the request has more than ", limits.head_lines, " headers"));
    }
    absl::StatusOr<HttpField> field = ParseFieldLine(*line);
    if (!field.ok()) return field.status();
    fields->push_back(*std::move(field));
  }
}

// The one value of `name`: null when absent; 400 when it is there twice.
absl::StatusOr<const std::string*> FindOnce(const HttpFields& fields, absl::string_view name) {
  const std::string* found = nullptr;
  for (const HttpField& field : fields) {
    if (!absl::EqualsIgnoreCase(field.name, name)) continue;
    if (found != nullptr) {
      return Bad(absl::StrCat("the request has more than one ", name, " header"));
    }
    found = &field.value;
  }
  return found;
}

// uri-host [ ":" port ], loosely: what can be no authority at all is refused.
bool IsAuthority(absl::string_view host) {
  for (char c : host) {
    if (c <= ' ' || c >= 0x7f || absl::StrContains("/?#@\\<>\"{}|^`,", absl::string_view(&c, 1))) {
      return false;
    }
  }
  return true;
}

absl::Status CheckHost(const Head& head) {
  absl::StatusOr<const std::string*> host = FindOnce(head.request.headers, "Host");
  if (!host.ok()) return host.status();
  if (*host == nullptr) {
    return head.is_http10 ? absl::OkStatus() : Bad("the request has no Host header");
  }
  return IsAuthority(**host) ? absl::OkStatus() : Bad("the Host header names no host");
}

// Content-Length = 1*DIGIT, at most 2^63 - 1.
bool ParseLength(absl::string_view text, uint64_t* length) {
  constexpr uint64_t kMax = (uint64_t{1} << 63) - 1;
  for (char c : text) {
    if (!absl::ascii_isdigit(c)) return false;
  }
  return absl::SimpleAtoi(text, length) && *length <= kMax;
}

absl::Status ParseFraming(Head* head) {
  absl::StatusOr<const std::string*> length = FindOnce(head->request.headers, "Content-Length");
  if (!length.ok()) return length.status();
  absl::StatusOr<const std::string*> coding = FindOnce(head->request.headers, "Transfer-Encoding");
  if (!coding.ok()) return coding.status();
  if (*coding != nullptr) {
    if (*length != nullptr) return Bad("the request has both Content-Length and Transfer-Encoding");
    if (head->is_http10) return Bad("HTTP/1.0 has no Transfer-Encoding");
    if (!absl::EqualsIgnoreCase(**coding, "chunked")) {
      return HttpError(501, "of the transfer codings only `chunked` is known here");
    }
    head->framing.kind = BodyFraming::kChunked;
  } else if (*length != nullptr) {
    if (!ParseLength(**length, &head->framing.length)) {
      return Bad("the Content-Length is not a number of bytes");
    }
    head->framing.kind = BodyFraming::kLength;
  }
  return absl::OkStatus();
}

// Whether the list `Connection` has `option`.
bool HasConnectionOption(const HttpFields& fields, absl::string_view option) {
  for (const HttpField& field : fields) {
    if (!absl::EqualsIgnoreCase(field.name, "Connection")) continue;
    for (absl::string_view item : absl::StrSplit(field.value, ',')) {
      if (absl::EqualsIgnoreCase(TrimOws(item), option)) return true;
    }
  }
  return false;
}

void ParsePersistence(Head* head) {
  const HttpFields& fields = head->request.headers;
  head->keep_alive = !HasConnectionOption(fields, "close") &&
                     (!head->is_http10 || HasConnectionOption(fields, "keep-alive"));
}

absl::Status ParseExpectation(Head* head) {
  const std::string* expect = FindField(head->request.headers, "Expect");
  if (expect == nullptr) return absl::OkStatus();
  if (!absl::EqualsIgnoreCase(*expect, "100-continue")) {
    return HttpError(417, "of the expectations only `100-continue` can be met");
  }
  head->expects_continue = !head->is_http10 && head->framing.kind != BodyFraming::kNone;
  return absl::OkStatus();
}

}  // namespace

bool IsToken(absl::string_view text) {
  for (char c : text) {
    if (!IsTokenChar(c)) return false;
  }
  return !text.empty();
}

absl::StatusOr<HttpField> ParseFieldLine(absl::string_view line) {
  const size_t colon = line.find(':');
  if (colon == absl::string_view::npos || !IsToken(line.substr(0, colon))) {
    return Bad("a header line is not `name: value`");
  }
  const absl::string_view value = TrimOws(line.substr(colon + 1));
  for (char c : value) {
    if (!IsFieldChar(c)) {
      return Bad(absl::StrCat("the header ", line.substr(0, colon), " holds a control character"));
    }
  }
  return HttpField{std::string(line.substr(0, colon)), std::string(value)};
}

size_t FindHeadEnd(absl::string_view bytes, size_t searched) {
  // A head whose lines end in bare LF is found too, so that it is refused and not
  // waited for.
  size_t at = searched < 3 ? 0 : searched - 3;
  while ((at = bytes.find('\n', at)) != absl::string_view::npos) {
    const absl::string_view next = bytes.substr(at + 1, 2);
    if (absl::StartsWith(next, "\n")) return at + 2;
    if (next == "\r\n") return at + 3;
    ++at;
  }
  return 0;
}

absl::Status CheckHeadSize(absl::string_view bytes, const LimitOptions& limits) {
  constexpr size_t kMethodAndVersion = 64;
  if (bytes.size() > limits.target + kMethodAndVersion &&
      bytes.substr(0, limits.target + kMethodAndVersion).find('\n') == absl::string_view::npos) {
    return TargetTooLong(limits);
  }
  if (bytes.size() > limits.head) {
    return HttpError(431,
                     absl::StrCat("the request's head is longer than ", limits.head, " bytes"));
  }
  return absl::OkStatus();
}

absl::StatusOr<Head> ParseHead(absl::string_view bytes, const LimitOptions& limits) {
  if (absl::Status size = CheckHeadSize(bytes, limits); !size.ok()) return size;
  Head head;
  absl::StatusOr<absl::string_view> line = TakeLine(&bytes);
  if (!line.ok()) return line.status();
  if (absl::Status s = ParseRequestLine(*line, limits, &head); !s.ok()) return s;
  if (absl::Status s = ParseFields(bytes, limits, &head.request.headers); !s.ok()) return s;
  if (absl::Status s = CheckHost(head); !s.ok()) return s;
  if (absl::Status s = ParseFraming(&head); !s.ok()) return s;
  if (absl::Status s = ParseExpectation(&head); !s.ok()) return s;
  ParsePersistence(&head);
  return head;
}

}  // namespace trestle
