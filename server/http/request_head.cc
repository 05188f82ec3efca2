#include "trestle/server/http/request_head.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "trestle/server/http/request_target.h"
#include "trestle/server/http/uri_authority.h"
#include "trestle/transcoding/error.h"
#include "trestle/transcoding/field_value.h"
#include "trestle/transcoding/http_fields.h"
#include "trestle/transcoding/token.h"

namespace trestle {
namespace {

absl::Status Bad(absl::string_view message) { return HttpError(400, message); }

// Route tables decide which methods exist. None is longer than this.
constexpr size_t kMaxMethod = 64;

absl::Status MethodTooLong() {
  return HttpError(501, absl::StrCat("the method is longer than ", kMaxMethod, " bytes"));
}

absl::Status TargetTooLong(const LimitOptions& limits) {
  return HttpError(414,
                   absl::StrCat("the request target is longer than ", limits.target, " bytes"));
}

// Removes the next line from `*bytes`, and returns it without its CRLF.
absl::StatusOr<absl::string_view> TakeLine(absl::string_view* bytes) {
  const size_t end = bytes->find('\n');
  if (end == absl::string_view::npos) return Bad("the request's head is incomplete");
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
  return is_other ? HttpError(505, "only HTTP/1.0 and HTTP/1.1 are supported")
                  : Bad("the request line does not end in an HTTP version");
}

absl::Status ParseRequestLine(absl::string_view line, const LimitOptions& limits, Head* head,
                              absl::string_view* authority) {
  const size_t first = line.find(' ');
  const size_t last = line.rfind(' ');
  const bool has_two = first != last;  // two spaces or more
  const absl::string_view method = line.substr(0, first);
  const absl::string_view target = has_two ? line.substr(first + 1, last - first - 1) : "";
  if (!has_two || absl::StrContains(target, ' ')) {
    return Bad("the request line is not `method target version`");
  }
  if (!IsToken(method)) return Bad("the request's method is not a token");
  if (method.size() > kMaxMethod) return MethodTooLong();
  if (target.size() > limits.target) return TargetTooLong(limits);
  head->request.method = std::string(method);
  if (absl::Status s = ParseVersion(line.substr(last + 1), head); !s.ok()) return s;
  if (method == "CONNECT") return HttpError(501, "CONNECT is not supported");
  return ParseRequestTarget(target, &head->request, authority);
}

// ---- field lines

// field-line = field-name ":" OWS field-value OWS
absl::Status ParseFieldLine(absl::string_view line, HttpField* field) {
  const size_t colon = line.find(':');
  const absl::string_view name = line.substr(0, colon);
  if (colon == line.npos || !IsToken(name)) return Bad("a header line is not `name: value`");
  const absl::string_view value = TrimOws(line.substr(colon + 1));
  if (!IsFieldValue(value)) {
    return Bad(absl::StrCat("the header ", name, " contains a control character"));
  }
  field->name.assign(name.data(), name.size());
  field->value.assign(value.data(), value.size());
  return absl::OkStatus();
}

// Uses memchr, which is faster than looking at each byte.
size_t CountLines(absl::string_view text) {
  size_t lines = 0;
  for (size_t at = 0; (at = text.find('\n', at)) != text.npos; ++at) ++lines;
  return lines;
}

absl::Status ParseFields(absl::string_view lines, const LimitOptions& limits, HttpFields* fields) {
  // Exactly as many as needed: they are kept for as long as the request waits.
  fields->reserve(std::min(CountLines(lines), limits.head_lines));
  for (;;) {
    absl::StatusOr<absl::string_view> line = TakeLine(&lines);
    if (!line.ok()) return line.status();
    if (line->empty()) return absl::OkStatus();
    if (fields->size() == limits.head_lines) {
      return HttpError(431,
                       absl::StrCat("the request has more than ", limits.head_lines, " headers"));
    }
    if (absl::Status s = ParseFieldLine(*line, &fields->emplace_back()); !s.ok()) return s;
  }
}

// Returns the value of `name`, or null if it is absent. Fails with 400 if it is there twice.
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

absl::Status CheckHost(const Head& head) {
  absl::StatusOr<const std::string*> host = FindOnce(head.request.headers, "Host");
  if (!host.ok()) return host.status();
  if (*host == nullptr) {
    return head.is_http10 ? absl::OkStatus() : Bad("the request has no Host header");
  }
  // Empty if the target has no authority.
  const bool is_good = (*host)->empty() || IsUriAuthority(**host);
  return is_good ? absl::OkStatus() : Bad("the Host header is not a valid host");
}

// Replaces the value of Host by the target's authority (RFC 9112 3.2.2), so that backends see one
// host only.
void ReplaceHost(absl::string_view authority, HttpFields* fields) {
  for (HttpField& field : *fields) {
    if (!absl::EqualsIgnoreCase(field.name, "Host")) continue;
    field.value = std::string(authority);
    return;
  }
  fields->push_back({"Host", std::string(authority)});
}

// Content-Length = 1*DIGIT, at most 2^63 - 1.
bool ParseLength(absl::string_view text, uint64_t* length) {
  constexpr uint64_t kMax = (uint64_t{1} << 63) - 1;
  for (char c : text) {
    if (!absl::ascii_isdigit(c)) return false;
  }
  return absl::SimpleAtoi(text, length) && *length <= kMax;
}

// transfer-coding = token *( OWS ";" OWS transfer-parameter ). "chunked" must come once, alone and
// without parameters.
absl::Status CheckCoding(absl::string_view codings) {
  if (absl::EqualsIgnoreCase(codings, "chunked")) return absl::OkStatus();
  bool has_other = false;
  ForEachMember(codings, [&](absl::string_view coding) {
    const absl::string_view name = TrimOws(coding.substr(0, coding.find(';')));
    has_other |= IsToken(name) && !absl::EqualsIgnoreCase(name, "chunked");
  });
  if (has_other) return HttpError(501, "unsupported transfer coding; only `chunked` is supported");
  return Bad("the Transfer-Encoding must be exactly `chunked`");
}

absl::Status ParseFraming(Head* head) {
  absl::StatusOr<const std::string*> length = FindOnce(head->request.headers, "Content-Length");
  if (!length.ok()) return length.status();
  absl::StatusOr<const std::string*> coding = FindOnce(head->request.headers, "Transfer-Encoding");
  if (!coding.ok()) return coding.status();
  if (*coding != nullptr) {
    if (*length != nullptr) return Bad("the request has both Content-Length and Transfer-Encoding");
    if (head->is_http10) return Bad("HTTP/1.0 has no Transfer-Encoding");
    if (absl::Status s = CheckCoding(**coding); !s.ok()) return s;
    head->framing.kind = BodyFraming::kChunked;
  } else if (*length != nullptr) {
    if (!ParseLength(**length, &head->framing.length)) {
      return Bad("the Content-Length is not a number of bytes");
    }
    head->framing.kind = BodyFraming::kLength;
  }
  return absl::OkStatus();
}

void ParsePersistence(Head* head) {
  bool says_close = false;
  bool says_keep_alive = false;
  ForEachMember(head->request.headers, "Connection", [&](absl::string_view option) {
    says_close |= absl::EqualsIgnoreCase(option, "close");
    says_keep_alive |= absl::EqualsIgnoreCase(option, "keep-alive");
  });
  head->keep_alive = !says_close && (!head->is_http10 || says_keep_alive);
}

absl::Status ParseExpectation(Head* head) {
  bool expects = false;
  bool expects_other = false;
  ForEachMember(head->request.headers, "Expect", [&](absl::string_view expectation) {
    expects = true;
    expects_other |= !absl::EqualsIgnoreCase(expectation, "100-continue");
  });
  if (expects_other) {
    return HttpError(417, "unsupported expectation; only `100-continue` is supported");
  }
  const BodyFraming& framing = head->framing;
  const bool has_body = framing.kind == BodyFraming::kChunked || framing.length > 0;
  head->expects_continue = expects && has_body && !head->is_http10;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<HttpField> ParseFieldLine(absl::string_view line) {
  HttpField field;
  if (absl::Status s = ParseFieldLine(line, &field); !s.ok()) return s;
  return field;
}

HttpFields FindFieldLines(absl::string_view head, absl::string_view name) {
  HttpFields found;
  for (auto line = TakeLine(&head); line.ok(); line = TakeLine(&head)) {
    HttpField field;
    const bool is_named = absl::StartsWithIgnoreCase(*line, name) &&
                          ParseFieldLine(*line, &field).ok() &&
                          absl::EqualsIgnoreCase(field.name, name);
    if (is_named) found.push_back(std::move(field));
  }
  return found;
}

size_t FindHeadEnd(absl::string_view bytes, size_t searched) {
  // Also finds a head whose lines end in a bare LF, so that it is rejected instead of waited for.
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
  const size_t longest_line = kMaxMethod + limits.target + sizeof("  HTTP/1.1\r") - 1;
  const absl::string_view line = bytes.substr(0, longest_line + 1);
  if (line.size() > longest_line && line.find('\n') == absl::string_view::npos) {
    return line.find(' ') > kMaxMethod ? MethodTooLong() : TargetTooLong(limits);
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
  absl::string_view authority;
  if (absl::Status s = ParseRequestLine(*line, limits, &head, &authority); !s.ok()) return s;
  if (absl::Status s = ParseFields(bytes, limits, &head.request.headers); !s.ok()) return s;
  if (absl::Status s = CheckHost(head); !s.ok()) return s;
  if (!authority.empty()) ReplaceHost(authority, &head.request.headers);
  if (absl::Status s = ParseFraming(&head); !s.ok()) return s;
  if (absl::Status s = ParseExpectation(&head); !s.ok()) return s;
  ParsePersistence(&head);
  return head;
}

}  // namespace trestle
