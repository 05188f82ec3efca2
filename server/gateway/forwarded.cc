#include "trestle/server/gateway/forwarded.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "trestle/server/grpc/grpc_metadata_rules.h"
#include "trestle/server/http/uri_authority.h"
#include "trestle/transcoding/http.h"
#include "trestle/transcoding/http_fields.h"

namespace trestle {
namespace {

// Returns the members of the list `name` that trusted proxies wrote: the last `trusted_hops`, or
// all of a shorter list.
std::vector<absl::string_view> TrustedMembers(const HttpFields& headers, absl::string_view name,
                                              int trusted_hops) {
  if (trusted_hops <= 0) return {};
  std::vector<absl::string_view> members = ListOf(headers, name);
  const auto kept = std::min(static_cast<std::ptrdiff_t>(members.size()),
                             static_cast<std::ptrdiff_t>(trusted_hops));
  members.erase(members.begin(), members.end() - kept);
  return members;
}

void AppendFor(const Request& request, int trusted_hops, Metadata* metadata) {
  std::vector<absl::string_view> hops =
      TrustedMembers(request.http.headers, "x-forwarded-for", trusted_hops);
  for (absl::string_view& hop : hops) {
    // "unknown" (RFC 7239 6.2) keeps the positions of the others.
    if (!IsTextMetadataValue(hop)) hop = "unknown";
  }
  if (!request.peer.empty()) hops.push_back(request.peer);
  const std::string value = absl::StrJoin(hops, ", ");
  if (!value.empty() && IsTextMetadataValue(value)) {
    metadata->emplace_back("x-forwarded-for", value);
  }
}

// Returns the member of the list `name` that the first trusted proxy wrote; empty if none did.
absl::string_view TrustedMember(const HttpFields& headers, absl::string_view name,
                                int trusted_hops) {
  const std::vector<absl::string_view> members = TrustedMembers(headers, name, trusted_hops);
  return members.empty() ? "" : members.front();
}

void AppendHost(const HttpRequest& http, int trusted_hops, Metadata* metadata) {
  absl::string_view host = TrustedMember(http.headers, "x-forwarded-host", trusted_hops);
  if (!IsUriAuthority(host)) {
    const std::string* own = FindField(http.headers, "host");
    host = own == nullptr ? "" : absl::string_view(*own);
  }
  if (IsUriAuthority(host)) metadata->emplace_back("x-forwarded-host", std::string(host));
}

void AppendProto(const Request& request, int trusted_hops, Metadata* metadata) {
  const std::string proto =
      absl::AsciiStrToLower(TrustedMember(request.http.headers, "x-forwarded-proto", trusted_hops));
  if (proto == "http" || proto == "https") {
    metadata->emplace_back("x-forwarded-proto", proto);
  } else if (request.is_tls) {
    metadata->emplace_back("x-forwarded-proto", "https");
  }
}

}  // namespace

bool IsForwardedKey(absl::string_view key) { return KeyStartsWith(key, "x-forwarded"); }

bool IsForeignForwardedKey(absl::string_view key) {
  return key == "forwarded" || (key.size() == 9 && KeyStartsWith(key, "x-real-ip"));
}

absl::string_view ForwardedClient(const Request& request, int trusted_hops) {
  const absl::string_view client =
      TrustedMember(request.http.headers, "x-forwarded-for", trusted_hops);
  return client.empty() ? absl::string_view(request.peer) : client;
}

void AppendForwarded(const Request& request, int trusted_hops, Metadata* metadata) {
  AppendFor(request, trusted_hops, metadata);
  AppendHost(request.http, trusted_hops, metadata);
  AppendProto(request, trusted_hops, metadata);
}

}  // namespace trestle
