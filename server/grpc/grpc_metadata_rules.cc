#include "trestle/server/grpc/grpc_metadata_rules.h"

#include <algorithm>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "trestle/transcoding/codec/quote.h"

namespace trestle {
namespace {

constexpr absl::string_view kBinarySuffix = "-bin";

constexpr absl::string_view kReserved[] = {
    "content-type",
    "te",
    "grpclb_client_stats",
    kBinarySuffix,
};

bool IsKeyChar(char c) {
  return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-' || c == '_' || c == '.';
}

bool IsTextChar(char c) { return c >= ' ' && c <= '~'; }

// Returns the size of one field as HTTP/2 counts it.
constexpr size_t FieldSize(size_t name, size_t value) { return name + value + 32; }
constexpr size_t FieldSize(absl::string_view name, absl::string_view value) {
  return FieldSize(name.size(), value.size());
}

// The fields that gRPC adds to every call, except `:path` and `:authority`.
constexpr size_t kSizeOfOthers =
    FieldSize(":method", "POST") + FieldSize(":scheme", "https") + FieldSize("te", "trailers") +
    FieldSize("content-type", "application/grpc") +
    FieldSize("user-agent", "grpc-c++/1.51.1 grpc-c/29.0.0 (linux; chttp2) and some more") +
    FieldSize("grpc-accept-encoding", "identity, deflate, gzip") +
    FieldSize("grpc-timeout", "99999999m") + FieldSize("grpc-previous-rpc-attempts", "4");

constexpr size_t Base64Size(size_t bytes) { return (bytes + 2) / 3 * 4; }

}  // namespace

bool IsMetadataKey(absl::string_view key) { return !key.empty() && absl::c_all_of(key, IsKeyChar); }

bool IsBinaryMetadataKey(absl::string_view key) {
  return key.size() > kBinarySuffix.size() && absl::EndsWith(key, kBinarySuffix);
}

bool IsTextMetadataValue(absl::string_view value) { return absl::c_all_of(value, IsTextChar); }

bool IsReservedMetadataKey(absl::string_view key) {
  return absl::StartsWith(key, "grpc-") || absl::StartsWith(key, ":") ||
         absl::c_linear_search(kReserved, key);
}

bool KeyStartsWith(absl::string_view key, absl::string_view prefix) {
  if (key.size() < prefix.size()) return false;
  return std::equal(prefix.begin(), prefix.end(), key.begin(),
                    [](char want, char c) { return c == want || (c == '_' && want == '-'); });
}

absl::Status CheckMetadata(const Metadata& metadata) {
  for (const auto& [key, value] : metadata) {
    if (!IsMetadataKey(key)) {
      return absl::InvalidArgumentError(
          absl::StrCat("metadata key ", Quote(key),
                       ": a key consists of lower-case letters, digits, \"-\", \"_\" and \".\""));
    }
    if (IsReservedMetadataKey(key)) {
      return absl::InvalidArgumentError(
          absl::StrCat("metadata key ", Quote(key), ": this key is reserved for gRPC"));
    }
    if (!IsBinaryMetadataKey(key) && !IsTextMetadataValue(value)) {
      return absl::InvalidArgumentError(absl::StrCat(
          "metadata key ", Quote(key),
          ": the value is not printable ASCII; only a key that ends in \"-bin\" may have one"));
    }
  }
  return absl::OkStatus();
}

size_t RequestHeadersSize(absl::string_view method, size_t authority_size,
                          const Metadata& metadata) {
  size_t size = kSizeOfOthers + FieldSize(absl::string_view(":path").size(), method.size()) +
                FieldSize(absl::string_view(":authority").size(), authority_size);
  for (const auto& [key, value] : metadata) {
    size +=
        FieldSize(key.size(), IsBinaryMetadataKey(key) ? Base64Size(value.size()) : value.size());
  }
  return size;
}

}  // namespace trestle
