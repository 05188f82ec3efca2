// Response metadata as header fields and trailers (H3, H4), and which value is sent if both the
// backend and the gateway set a field.

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "trestle/server/gateway/metadata.h"
#include "trestle/server/grpc/grpc_metadata_rules.h"
#include "trestle/transcoding/decimal.h"
#include "trestle/transcoding/field_value.h"
#include "trestle/transcoding/http_fields.h"

namespace trestle {
namespace {

constexpr absl::string_view kHttpCode = "x-http-code";

// Fields that a backend cannot set: those of the connection (RFC 9110 7.6.1), of the framing and
// type of the body, which is not the gRPC message, and of gRPC's status.
constexpr absl::string_view kNotInResponses[] = {
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "grpc-message",
    "grpc-status",
    "host",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authentication-info",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
};

// Fields that a response has once (RFC 9110 5.3): if a backend sends several, the first counts.
constexpr absl::string_view kOnce[] = {
    "access-control-allow-credentials",
    "access-control-allow-origin",
    "access-control-max-age",
    "age",
    "content-disposition",
    "content-location",
    "content-range",
    "etag",
    "expires",
    "last-modified",
    "location",
    "retry-after",
    "server",
    "strict-transport-security",
    "x-request-id",
};

// Fields that must not be in trailers (RFC 9110 6.5.1): clients need them with the head.
constexpr absl::string_view kNotInTrailers[] = {
    "access-control-allow-credentials",
    "access-control-allow-origin",
    "access-control-max-age",
    "age",
    "allow",
    "cache-control",
    "content-disposition",
    "content-location",
    "content-range",
    "expires",
    "location",
    "retry-after",
    "server",
    "set-cookie",
    "strict-transport-security",
    "vary",
    "www-authenticate",
    "x-request-id",
};

// Appends the `metadata` that a response may have, with `prefix` before their names.
void AppendFields(const Metadata& metadata, absl::string_view prefix, HttpFields* fields) {
  for (const auto& [key, value] : metadata) {
    if (!IsMetadataKey(key) || IsReservedMetadataKey(key) || key == kHttpCode) continue;
    std::string name = absl::StrCat(prefix, key);
    if (HasName(kNotInResponses, name)) continue;
    std::string text = IsBinaryMetadataKey(key) ? absl::Base64Escape(value) : value;
    if (IsFieldValue(text)) fields->push_back({std::move(name), std::move(text)});
  }
}

bool MayBeTrailer(const HttpField& field) { return !HasName(kNotInTrailers, field.name); }

// Moves the fields of `trailers` that must be in the head, or may be in one of the two only, to
// `*head`.
void MoveToHead(HttpFields* trailers, HttpFields* head) {
  const auto moved = std::stable_partition(
      trailers->begin(), trailers->end(),
      [](const HttpField& field) { return MayBeTrailer(field) && !HasName(kOnce, field.name); });
  std::move(moved, trailers->end(), std::back_inserter(*head));
  trailers->erase(moved, trailers->end());
}

// Adds `backend` to the gateway's own `fields`.
void Merge(HttpFields backend, HttpFields* fields) {
  const auto is_overwritten = [&](const HttpField& own) {
    return FindField(backend, own.name) != nullptr;
  };
  fields->erase(std::remove_if(fields->begin(), fields->end(), is_overwritten), fields->end());
  for (HttpField& field : backend) {
    if (HasName(kOnce, field.name) && FindField(*fields, field.name) != nullptr) continue;
    fields->push_back(std::move(field));
  }
}

}  // namespace

void AddInitialMetadata(const Metadata& initial, const HeaderOptions& options,
                        HttpFields* headers) {
  HttpFields backend;
  AppendFields(initial, options.response_prefix, &backend);
  Merge(std::move(backend), headers);
}

void AddTrailingMetadata(const Metadata& trailing, const HeaderOptions& options,
                         HttpFields* trailers) {
  HttpFields backend;
  AppendFields(trailing, options.trailer_prefix, &backend);
  std::copy_if(backend.begin(), backend.end(), std::back_inserter(*trailers), MayBeTrailer);
}

void AddMetadata(const CallContext& context, const HeaderOptions& options, Trailers trailers,
                 HttpResponse* http) {
  HttpFields backend;
  AppendFields(context.initial, options.response_prefix, &backend);
  if (trailers == Trailers::kTaken) {
    AppendFields(context.trailing, options.trailer_prefix, &http->trailers);
    MoveToHead(&http->trailers, &backend);
  } else {
    AppendFields(context.trailing, options.trailer_prefix, &backend);
  }
  Merge(std::move(backend), &http->headers);
}

int SuccessStatus(const Metadata& initial) {
  for (const auto& [key, value] : initial) {
    uint64_t status = 0;
    // 1xx would be an interim response.
    if (key == kHttpCode && value.size() == 3 && ParseDecimal(value, &status) && status >= 200 &&
        status <= 599) {
      return static_cast<int>(status);
    }
  }
  return 200;
}

}  // namespace trestle
