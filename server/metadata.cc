#include "trestle/server/metadata.h"

#include <algorithm>
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
#include "trestle/server/client_certificate.h"
#include "trestle/server/grpc_metadata_rules.h"
#include "trestle/transcoding/base64.h"
#include "trestle/transcoding/field_value.h"
#include "trestle/transcoding/violation.h"

namespace trestle {
namespace {

constexpr absl::string_view kPrefix = "grpc-metadata-";
constexpr absl::string_view kHttpCode = "x-http-code";

// H1: forwarded as they are.
constexpr absl::string_view kForwarded[] = {
    "accept-language",
    "authorization",
    "baggage",
    "idempotency-key",
    "if-match",
    "if-none-match",
    // Where a client of server-sent events goes on after a lost connection (section 10).
    "last-event-id",
    "traceparent",
    "tracestate",
    "x-request-id",
};

// What no HTTP/2 request may have, or what tells of the request's own framing and not of
// the gRPC message's (RFC 9113 8.2.2).
constexpr absl::string_view kNotInRequests[] = {
    "connection", "content-encoding", "content-length", "expect",  "host",
    "keep-alive", "proxy-connection", "trailer",        "upgrade", "transfer-encoding",
};

// Names that gRPC's library reads or writes itself: it sends none of them, or its own value.
constexpr absl::string_view kOfTheLibrary[] = {
    "endpoint-load-metrics-bin",
    "lb-cost-bin",
    "lb-token",
    "user-agent",
};

// The header fields that the permanent registry holds for requests, as grpc-gateway has
// them.
constexpr absl::string_view kPermanent[] = {
    "accept",
    "accept-charset",
    "accept-language",
    "accept-ranges",
    "authorization",
    "cache-control",
    "content-type",
    "cookie",
    "date",
    "expect",
    "from",
    "host",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-schedule-tag-match",
    "origin",
    "if-unmodified-since",
    "max-forwards",
    "pragma",
    "referer",
    "user-agent",
    "via",
    "warning",
};

// RFC 9110 7.6.1, and those that tell of a body that is not the gRPC message's.
constexpr absl::string_view kNotInAnswers[] = {
    "connection", "content-encoding",   "content-length",   "date",    "keep-alive",
    "host",       "proxy-authenticate", "proxy-connection", "trailer", "transfer-encoding",
    "upgrade",    "user-agent",         "accept-encoding",
};

bool IsOneOf(absl::string_view name, absl::Span<const absl::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// "x-acme-*" matches what begins with "x-acme-".
bool Matches(absl::string_view pattern, absl::string_view name) {
  if (absl::ConsumeSuffix(&pattern, "*")) return absl::StartsWithIgnoreCase(name, pattern);
  return absl::EqualsIgnoreCase(pattern, name);
}

// Whether metadata may be called `name`, whoever asks for it.
bool MayForward(absl::string_view name) {
  return IsMetadataKey(name) && !IsReservedMetadataKey(name) && !IsOneOf(name, kNotInRequests) &&
         !IsOneOf(name, kOfTheLibrary) && !IsClientCertificateKey(name);
}

bool IsForwarded(absl::string_view name, const HeaderOptions& options) {
  if (IsOneOf(name, kForwarded)) return true;
  // Those have a rule of their own (H2).
  if (absl::StartsWith(name, "x-forwarded-")) return false;
  return std::any_of(options.forward.begin(), options.forward.end(),
                     [&](const std::string& pattern) { return Matches(pattern, name); });
}

// The key that a header, its name in lower case, is forwarded under; empty if it is not.
absl::string_view KeyOf(absl::string_view header, const HeaderOptions& options) {
  if (header == "user-agent") return "x-forwarded-user-agent";
  if (absl::ConsumePrefix(&header, kPrefix)) return MayForward(header) ? header : "";
  return IsForwarded(header, options) && MayForward(header) ? header : "";
}

absl::Status AppendBinary(const HttpField& field, std::string key, Metadata* metadata) {
  std::string bytes;
  if (!DecodeBase64(field.value, &bytes)) {
    return FieldViolation(
        "", "is not base64",
        absl::StrCat("header ", field.name, ": ", Quote(field.value), " is not base64"));
  }
  metadata->emplace_back(std::move(key), std::move(bytes));
  return absl::OkStatus();
}

// Appends `field` under `key`, unless its value is none that metadata may have.
absl::Status AppendAs(std::string key, const HttpField& field, Metadata* metadata) {
  if (IsBinaryMetadataKey(key)) return AppendBinary(field, std::move(key), metadata);
  if (IsTextMetadataValue(field.value)) metadata->emplace_back(std::move(key), field.value);
  return absl::OkStatus();
}

absl::Status AppendField(const HttpField& field, const HeaderOptions& options, Metadata* metadata) {
  const std::string name = absl::AsciiStrToLower(field.name);
  const absl::string_view key = KeyOf(name, options);
  if (!key.empty()) {
    if (absl::Status s = AppendAs(std::string(key), field, metadata); !s.ok()) return s;
  }
  if (options.permanent_prefix.empty() || !IsOneOf(name, kPermanent)) return absl::OkStatus();
  std::string prefixed = absl::AsciiStrToLower(absl::StrCat(options.permanent_prefix, name));
  if (!MayForward(prefixed)) return absl::OkStatus();
  return AppendAs(std::move(prefixed), field, metadata);
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

bool HasName(const std::vector<std::string>& names, absl::string_view name) {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& one) { return absl::EqualsIgnoreCase(one, name); });
}

// The last `trusted_hops` of the incoming list were written by proxies that may be
// believed; whatever is before them may be anybody's.
void AppendForwardedFor(const HttpRequest& http, int trusted_hops, Metadata* metadata) {
  std::vector<std::string> hops = ListOf(http.headers, "x-forwarded-for");
  const size_t kept = std::min(hops.size(), static_cast<size_t>(std::max(trusted_hops, 0)));
  hops.erase(hops.begin(), hops.end() - static_cast<std::ptrdiff_t>(kept));
  if (!http.peer.empty()) hops.push_back(http.peer);
  const std::string value = absl::StrJoin(hops, ", ");
  if (!value.empty() && IsTextMetadataValue(value))
    metadata->emplace_back("x-forwarded-for", value);
}

void AppendForwarded(const HttpRequest& http, const HeaderOptions& options, Metadata* metadata) {
  AppendForwardedFor(http, options.trusted_hops, metadata);
  const bool trusted = options.trusted_hops > 0;
  const std::string* host = trusted ? FindField(http.headers, "x-forwarded-host") : nullptr;
  if (host == nullptr) host = FindField(http.headers, "host");
  if (host != nullptr && IsTextMetadataValue(*host))
    metadata->emplace_back("x-forwarded-host", *host);
  const std::string* proto = trusted ? FindField(http.headers, "x-forwarded-proto") : nullptr;
  if (proto != nullptr && IsTextMetadataValue(*proto)) {
    metadata->emplace_back("x-forwarded-proto", *proto);
  } else if (http.is_tls) {
    metadata->emplace_back("x-forwarded-proto", "https");
  }
}

}  // namespace

absl::Status RequestMetadata(const HttpRequest& http, const HeaderOptions& options,
                             Metadata* metadata) {
  const std::vector<std::string> hop_by_hop = ListOf(http.headers, "connection");
  for (const HttpField& field : http.headers) {
    if (HasName(hop_by_hop, field.name)) continue;
    if (absl::Status s = AppendField(field, options, metadata); !s.ok()) return s;
  }
  AppendForwarded(http, options, metadata);
  return absl::OkStatus();
}

void ResponseFields(const Metadata& metadata, absl::string_view prefix, HttpFields* fields) {
  for (const auto& [key, value] : metadata) {
    if (!IsMetadataKey(key) || IsReservedMetadataKey(key) || key == kHttpCode) continue;
    std::string name = absl::StrCat(prefix, key);
    if (IsOneOf(absl::AsciiStrToLower(name), kNotInAnswers)) continue;
    std::string text = IsBinaryMetadataKey(key) ? absl::Base64Escape(value) : value;
    if (IsFieldValue(text)) fields->push_back({std::move(name), std::move(text)});
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
