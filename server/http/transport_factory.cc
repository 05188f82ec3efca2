#include "trestle/server/http/transport_factory.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "trestle/server/http/proxied_transport.h"
#include "trestle/server/http/tls_transport.h"

namespace trestle {
namespace {

// What cannot work whatever is in the files; empty: nothing.
absl::string_view Contradiction(const TlsOptions& tls) {
  if (tls.certificate_file.empty() != tls.key_file.empty()) {
    return "a certificate needs its key, and a key its certificate";
  }
  const bool asks = tls.client_auth != ClientAuth::kNone;
  if (asks && tls.certificate_file.empty()) {
    return "clients are asked for certificates, but the server has none";
  }
  if (asks && tls.client_ca_file.empty()) {
    return "clients are asked for certificates, but no authority is named to vouch for them";
  }
  if (!asks && !tls.client_ca_file.empty()) {
    return "authorities are named to vouch for clients, but those are not asked for certificates";
  }
  return "";
}

}  // namespace

absl::StatusOr<std::unique_ptr<TransportFactory>> TransportFactory::Make(
    const ListenOptions& options) {
  auto factory = std::make_unique<TransportFactory>();
  for (const std::string& text : options.proxy_protocol_from) {
    if (text == "unix") {
      factory->unix_proxies_ = true;
      continue;
    }
    const absl::StatusOr<IpRange> range = ParseIpRange(text);
    if (!range.ok()) return range.status();
    factory->proxies_.push_back(*range);
  }
  const absl::string_view contradiction = Contradiction(options.tls);
  if (!contradiction.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("TLS: ", contradiction));
  }
  if (options.tls.certificate_file.empty()) return factory;
  absl::StatusOr<std::unique_ptr<TlsServer>> tls = TlsServer::Make(options.tls);
  if (!tls.ok()) return tls.status();
  factory->tls_ = *std::move(tls);
  return factory;
}

absl::Status TransportFactory::Check(const ListenAddress& address) const {
  if (!address.tls || tls_ != nullptr) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("cannot listen on ", ToUrl(address), ": there is no certificate"));
}

std::unique_ptr<SocketTransport> TransportFactory::NewTransport(int descriptor,
                                                                const ListenAddress& address,
                                                                absl::string_view peer) const {
  std::unique_ptr<SocketTransport> transport =
      IsTrustedProxy(peer) ? NewProxiedTransport(descriptor) : NewPlainTransport(descriptor);
  return address.tls ? NewTlsTransport(std::move(transport), tls_.get()) : std::move(transport);
}

bool TransportFactory::IsTrustedProxy(absl::string_view peer) const {
  if (peer.empty()) return unix_proxies_;
  if (proxies_.empty()) return false;
  const absl::optional<IpAddress> address = ParseIpAddress(peer);
  return address.has_value() &&
         std::any_of(proxies_.begin(), proxies_.end(),
                     [&](const IpRange& range) { return Contains(range, *address); });
}

}  // namespace trestle
