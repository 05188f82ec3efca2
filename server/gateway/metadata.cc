#include "trestle/server/gateway/metadata.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "trestle/server/client_certificate.h"
#include "trestle/server/gateway/forwarded.h"
#include "trestle/server/grpc/grpc_metadata_rules.h"
#include "trestle/transcoding/codec/base64.h"
#include "trestle/transcoding/codec/violation.h"
#include "trestle/transcoding/http_fields.h"

namespace trestle {
namespace {

constexpr absl::string_view kPrefix = "grpc-metadata-";

// H1: forwarded as they are.
constexpr absl::string_view kForwarded[] = {
    "accept-language",
    "authorization",
    "baggage",
    "idempotency-key",
    "if-match",
    "if-none-match",
    // A client of server-sent events resumes there after a lost connection (section 10).
    "last-event-id",
    "traceparent",
    "tracestate",
    "x-request-id",
};

// Fields that HTTP/2 requests must not have, or that describe the framing of the HTTP request
// instead of the gRPC message (RFC 9113 8.2.2).
constexpr absl::string_view kNotInRequests[] = {
    "connection",
    "content-encoding",
    "content-length",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "transfer-encoding",
    "trailer",
    "upgrade",
};

// Names that gRPC's library reads or writes itself: it sends none of them, or its own value.
constexpr absl::string_view kOfTheLibrary[] = {
    "endpoint-load-metrics-bin",
    "lb-cost-bin",
    "lb-token",
    "user-agent",
};

// The request header fields in the permanent registry, as grpc-gateway lists them.
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

// "x-acme-*" matches names that begin with "x-acme-".
bool Matches(absl::string_view pattern, absl::string_view name) {
  if (absl::ConsumeSuffix(&pattern, "*")) return absl::StartsWithIgnoreCase(name, pattern);
  return absl::EqualsIgnoreCase(pattern, name);
}

// Returns true if metadata may have the key `name`, whatever the options are.
bool MayForward(absl::string_view name) {
  return IsMetadataKey(name) && !IsReservedMetadataKey(name) &&
         !absl::c_linear_search(kNotInRequests, name) &&
         !absl::c_linear_search(kOfTheLibrary, name) && !IsClientCertificateKey(name) &&
         !IsForwardedKey(name);
}

bool IsForwarded(absl::string_view name, const HeaderOptions& options) {
  if (absl::c_linear_search(kForwarded, name)) return true;
  // Only an operator who knows that a proxy writes these can name them.
  const bool needs_name = IsForeignForwardedKey(name);
  return std::any_of(
      options.forward.begin(), options.forward.end(), [&](const std::string& pattern) {
        return Matches(pattern, name) && !(needs_name && absl::EndsWith(pattern, "*"));
      });
}

// Returns the key that a header, with its name in lower case, is forwarded under; empty if it is
// not forwarded.
absl::string_view KeyOf(absl::string_view header, const HeaderOptions& options) {
  if (header == "user-agent") return "x-forwarded-user-agent";
  if (absl::ConsumePrefix(&header, kPrefix)) {
    return MayForward(header) && !IsForeignForwardedKey(header) ? header : "";
  }
  return IsForwarded(header, options) && MayForward(header) ? header : "";
}

// A line can contain several values, which can be empty (gRPC's PROTOCOL-HTTP2): ForEachMember
// would skip those.
absl::Status AppendBinary(const HttpField& field, const std::string& key, Metadata* metadata) {
  for (absl::string_view text : absl::StrSplit(field.value, ',')) {
    std::string bytes;
    if (!DecodeBase64(TrimOws(text), &bytes)) {
      return FieldViolation(
          "", "is not base64",
          absl::StrCat("header ", field.name, ": ", Quote(text), " is not base64"));
    }
    metadata->emplace_back(key, std::move(bytes));
  }
  return absl::OkStatus();
}

// Appends `field` under `key`, unless metadata cannot have its value.
absl::Status AppendAs(std::string key, const HttpField& field, Metadata* metadata) {
  if (IsBinaryMetadataKey(key)) return AppendBinary(field, key, metadata);
  if (IsTextMetadataValue(field.value)) metadata->emplace_back(std::move(key), field.value);
  return absl::OkStatus();
}

absl::Status AppendField(const HttpField& field, const HeaderOptions& options, Metadata* metadata) {
  const std::string name = absl::AsciiStrToLower(field.name);
  const absl::string_view key = KeyOf(name, options);
  if (!key.empty()) {
    if (absl::Status s = AppendAs(std::string(key), field, metadata); !s.ok()) return s;
  }
  if (options.permanent_prefix.empty() || !absl::c_linear_search(kPermanent, name)) {
    return absl::OkStatus();
  }
  std::string prefixed = absl::AsciiStrToLower(absl::StrCat(options.permanent_prefix, name));
  if (!MayForward(prefixed)) return absl::OkStatus();
  return AppendAs(std::move(prefixed), field, metadata);
}

}  // namespace

absl::Status RequestMetadata(const Request& request, const HeaderOptions& options,
                             Metadata* metadata) {
  const HttpRequest& http = request.http;
  const std::vector<absl::string_view> hop_by_hop = ListOf(http.headers, "connection");
  for (const HttpField& field : http.headers) {
    if (HasName(hop_by_hop, field.name)) continue;
    if (absl::Status s = AppendField(field, options, metadata); !s.ok()) return s;
  }
  AppendForwarded(request, options.trusted_hops, metadata);
  return absl::OkStatus();
}

std::vector<std::string> RecognizedHeaders(const Options& options) {
  std::vector<std::string> names = {"accept",       "content-encoding", "content-type",
                                    "grpc-timeout", "grpc-metadata-*",  "x-server-timeout"};
  for (absl::string_view name : kForwarded) names.emplace_back(name);
  if (options.request.method_override != MethodOverride::kNever) {
    names.push_back("x-http-method-override");
  }
  const HeaderOptions& headers = options.headers;
  if (!headers.permanent_prefix.empty()) {
    for (absl::string_view name : kPermanent) names.emplace_back(name);
  }
  for (const std::string& name : headers.forward) names.push_back(absl::AsciiStrToLower(name));
  absl::c_sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

void ReplaceMetadata(const Metadata& more, Metadata* metadata) {
  for (const auto& [key, value] : more) {
    const auto has_key = [&key = key](const auto& entry) { return entry.first == key; };
    metadata->erase(std::remove_if(metadata->begin(), metadata->end(), has_key), metadata->end());
  }
  metadata->insert(metadata->end(), more.begin(), more.end());
}

Trailers TrailersOf(const HttpFields& request_headers) {
  return HasName(ListOf(request_headers, "TE"), "trailers") ? Trailers::kTaken : Trailers::kRefused;
}

void AppendClientCertificate(const ClientCertificate& certificate, Metadata* metadata) {
  metadata->emplace_back("x-client-cert-subject", certificate.subject);
  metadata->emplace_back("x-client-cert-sha256", certificate.sha256);
  for (const std::string& name : certificate.dns_names) {
    metadata->emplace_back("x-client-cert-dns", name);
  }
  for (const std::string& uri : certificate.uris) metadata->emplace_back("x-client-cert-uri", uri);
}

bool IsClientCertificateKey(absl::string_view name) {
  return KeyStartsWith(name, "x-client-cert-");
}

}  // namespace trestle
