#include "trestle/server/admin/admin_address.h"

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "trestle/server/http/ip_range.h"
#include "trestle/server/http/listen_address.h"
#include "trestle/transcoding/codec/quote.h"

namespace trestle {
namespace {

bool IsLoopback(const IpAddress& address) {
  constexpr size_t kFirstOfV4 = 12;
  if (IsV4(address)) return address.bytes[kFirstOfV4] == 127;
  return ToString(address) == "::1";
}

absl::Status Unsupported(absl::string_view address, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("admin address ", Quote(address), ": ", why));
}

}  // namespace

absl::Status CheckAdminAddress(absl::string_view address) {
  if (address.empty()) return absl::OkStatus();
  const absl::StatusOr<ListenAddress> parsed = ParseListenAddress(address);
  if (!parsed.ok()) return parsed.status();
  if (parsed->tls) return Unsupported(address, "TLS is not supported here");
  if (!parsed->inherited.empty()) return Unsupported(address, "expected host:port or unix:/path");
  return absl::OkStatus();
}

bool IsLocalAddress(absl::string_view address) {
  const absl::StatusOr<ListenAddress> parsed = ParseListenAddress(address);
  if (!parsed.ok()) return false;
  if (!parsed->path.empty() || parsed->host == "localhost") return true;
  const auto ip = ParseIpAddress(parsed->host);
  return ip.has_value() && IsLoopback(*ip);
}

absl::Status CheckHealthPath(absl::string_view path) {
  if (path.empty() || (absl::StartsWith(path, "/") && !absl::EndsWith(path, "/"))) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("health path ", Quote(path), ": it must begin with \"/\", and not end with it"));
}

}  // namespace trestle
