#include "trestle/server/metadata.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"
#include "trestle/transcoding/violation.h"

namespace trestle {
namespace {

constexpr absl::string_view kPrefix = "grpc-metadata-";
constexpr absl::string_view kHttpCode = "x-http-code";

// H1: forwarded as they are.
constexpr absl::string_view kForwarded[] = {
    "accept-language", "authorization", "baggage",    "idempotency-key", "if-match",
    "if-none-match",   "traceparent",   "tracestate", "x-request-id",
};

// Names that gRPC or the front end gives a meaning of their own.
constexpr absl::string_view kReserved[] = {"content-type", "te"};

// RFC 9110 7.6.1, and those that tell of a body that is not the gRPC message's.
constexpr absl::string_view kNotInAnswers[] = {
    "connection", "content-encoding",   "content-length",   "date",    "keep-alive",
    "host",       "proxy-authenticate", "proxy-connection", "trailer", "transfer-encoding",
    "upgrade",    "user-agent",         "accept-encoding",
};

bool IsOneOf(absl::string_view name, absl::Span<const absl::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool IsReserved(absl::string_view name) {
  return absl::StartsWith(name, "grpc-") || absl::StartsWith(name, ":") || IsOneOf(name, kReserved);
}

bool IsBinary(absl::string_view name) { return absl::EndsWith(name, "-bin"); }

// Header-Name of gRPC over HTTP/2: 1*( %x30-39 / %x61-7A / "_" / "-" / "." ).
bool IsKey(absl::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_isdigit(c) || absl::ascii_islower(c) || c == '_' || c == '-' || c == '.';
  });
}

// ASCII-Value: 1*( %x20-%x7E ).
bool IsValue(absl::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

// "x-acme-*" matches what begins with "x-acme-".
bool Matches(absl::string_view pattern, absl::string_view name) {
  if (absl::ConsumeSuffix(&pattern, "*")) return absl::StartsWithIgnoreCase(name, pattern);
  return absl::EqualsIgnoreCase(pattern, name);
}

// The key that a header is forwarded under; empty if it is not.
std::string KeyOf(absl::string_view header, const HeaderOptions& options) {
  std::string lower = absl::AsciiStrToLower(header);
  absl::string_view name = lower;
  if (name == "user-agent") return "x-forwarded-user-agent";
  if (absl::ConsumePrefix(&name, kPrefix)) return IsReserved(name) ? "" : std::string(name);
  if (IsOneOf(lower, kForwarded)) return lower;
  if (IsReserved(lower) || absl::StartsWith(lower, "x-forwarded-")) return "";
  for (const std::string& pattern : options.forward) {
    if (Matches(pattern, lower)) return lower;
  }
  return "";
}

absl::Status AppendBinary(const HttpField& field, std::string key, Metadata* metadata) {
  std::string bytes;
  if (!absl::Base64Unescape(field.value, &bytes)) {
    return FieldViolation(
        "", "is not base64",
        absl::StrCat("header ", field.name, ": ", Quote(field.value), " is not base64"));
  }
  metadata->emplace_back(std::move(key), std::move(bytes));
  return absl::OkStatus();
}

// ---- X-Forwarded-* (H2)

// The values of every header called `name`, split at commas.
std::vector<std::string> ListOf(const HttpFields& headers, absl::string_view name) {
  std::vector<std::string> items;
  for (const HttpField& field : headers) {
    if (!absl::EqualsIgnoreCase(field.name, name)) continue;
    for (absl::string_view item : absl::StrSplit(field.value, ',', absl::SkipWhitespace())) {
      items.emplace_back(absl::StripAsciiWhitespace(item));
    }
  }
  return items;
}

// The last `trusted_hops` of the incoming list were written by proxies that may be
// believed; whatever is before them may be anybody's.
void AppendForwardedFor(const HttpRequest& http, int trusted_hops, Metadata* metadata) {
  std::vector<std::string> hops = ListOf(http.headers, "x-forwarded-for");
  const size_t kept = std::min(hops.size(), static_cast<size_t>(std::max(trusted_hops, 0)));
  hops.erase(hops.begin(), hops.end() - static_cast<std::ptrdiff_t>(kept));
  if (!http.peer.empty()) hops.push_back(http.peer);
  const std::string value = absl::StrJoin(hops, ", ");
  if (!value.empty() && IsValue(value)) metadata->emplace_back("x-forwarded-for", value);
}

void AppendForwarded(const HttpRequest& http, const HeaderOptions& options, Metadata* metadata) {
  AppendForwardedFor(http, options.trusted_hops, metadata);
  const bool trusted = options.trusted_hops > 0;
  const std::string* host = trusted ? FindField(http.headers, "x-forwarded-host") : nullptr;
  if (host == nullptr) host = FindField(http.headers, "host");
  if (host != nullptr && IsValue(*host)) metadata->emplace_back("x-forwarded-host", *host);
  const std::string* proto = trusted ? FindField(http.headers, "x-forwarded-proto") : nullptr;
  if (proto != nullptr && IsValue(*proto)) metadata->emplace_back("x-forwarded-proto", *proto);
}

// ---- deadlines (H5)

// TimeoutValue TimeoutUnit: at most 8 digits, one of H M S m u n.
bool ParseGrpcTimeout(absl::string_view text, absl::Duration* timeout) {
  if (text.size() < 2 || text.size() > 9) return false;
  const absl::string_view digits = text.substr(0, text.size() - 1);
  int64_t value = 0;
  if (!std::all_of(digits.begin(), digits.end(), absl::ascii_isdigit) ||
      !absl::SimpleAtoi(digits, &value)) {
    return false;
  }
  switch (text.back()) {
    case 'H':
      *timeout = absl::Hours(value);
      return true;
    case 'M':
      *timeout = absl::Minutes(value);
      return true;
    case 'S':
      *timeout = absl::Seconds(value);
      return true;
    case 'm':
      *timeout = absl::Milliseconds(value);
      return true;
    case 'u':
      *timeout = absl::Microseconds(value);
      return true;
    case 'n':
      *timeout = absl::Nanoseconds(value);
      return true;
    default:
      return false;
  }
}

bool ParseSeconds(absl::string_view text, absl::Duration* timeout) {
  double seconds = 0;
  if (!absl::SimpleAtod(text, &seconds) || !std::isfinite(seconds) || seconds < 0) return false;
  *timeout = absl::Seconds(seconds);
  return true;
}

absl::Status BadTimeout(absl::string_view header, absl::string_view value) {
  return absl::InvalidArgumentError(
      absl::StrCat("header ", header, ": ", Quote(value), " is not a timeout"));
}

}  // namespace

absl::Status RequestMetadata(const HttpRequest& http, const HeaderOptions& options,
                             Metadata* metadata) {
  for (const HttpField& field : http.headers) {
    std::string key = KeyOf(field.name, options);
    if (!IsKey(key)) continue;
    if (IsBinary(key)) {
      if (absl::Status s = AppendBinary(field, std::move(key), metadata); !s.ok()) return s;
    } else if (IsValue(field.value)) {
      metadata->emplace_back(std::move(key), field.value);
    }
  }
  AppendForwarded(http, options, metadata);
  return absl::OkStatus();
}

absl::StatusOr<absl::Duration> RequestTimeout(const HttpFields& headers,
                                              const TimeoutOptions& options,
                                              absl::Duration otherwise) {
  absl::Duration timeout;
  if (const std::string* text = FindField(headers, "Grpc-Timeout")) {
    if (!ParseGrpcTimeout(*text, &timeout)) return BadTimeout("Grpc-Timeout", *text);
  } else if (const std::string* text = FindField(headers, "X-Server-Timeout")) {
    if (!ParseSeconds(*text, &timeout)) return BadTimeout("X-Server-Timeout", *text);
  } else {
    return otherwise;
  }
  return std::min(timeout, options.max);
}

void ResponseFields(const Metadata& metadata, HttpFields* fields) {
  for (const auto& [key, value] : metadata) {
    if (IsReserved(key) || IsOneOf(key, kNotInAnswers) || key == kHttpCode) continue;
    fields->push_back({key, IsBinary(key) ? absl::Base64Escape(value) : value});
  }
}

int SuccessStatus(const Metadata& initial) {
  for (const auto& [key, value] : initial) {
    int status = 0;
    // 1xx would announce another answer, not be one.
    if (key == kHttpCode && absl::SimpleAtoi(value, &status) && status >= 200 && status <= 599) {
      return status;
    }
  }
  return 200;
}

bool TakesTrailers(const HttpFields& headers) {
  for (const HttpField& field : headers) {
    if (!absl::EqualsIgnoreCase(field.name, "TE")) continue;
    for (absl::string_view coding : absl::StrSplit(field.value, ',')) {
      if (absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(coding), "trailers")) return true;
    }
  }
  return false;
}

}  // namespace trestle
