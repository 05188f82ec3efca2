#include "trestle/server/http/transport_factory.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "trestle/server/http/proxied_transport.h"
#include "trestle/server/http/tls_transport.h"
#include "trestle/server/tls/tls_conflict.h"

namespace trestle {
namespace {

absl::string_view NameOf(TlsOption option) {
  switch (option) {
    case TlsOption::kCertificateFile:
      return "certificate_file";
    case TlsOption::kKeyFile:
      return "key_file";
    case TlsOption::kClientCaFile:
      return "client_ca_file";
    case TlsOption::kClientAuth:
      return "client_auth";
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
  if (const absl::optional<TlsConflict> conflict = FindTlsConflict(options.tls)) {
    return absl::InvalidArgumentError(absl::StrCat("TlsOptions: ", NameOf(conflict->option),
                                                   " needs ", NameOf(conflict->needed)));
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

bool TransportFactory::ReloadTls() const {
  if (tls_ == nullptr) return false;
  tls_->Reload();
  return true;
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
