// Makes the transports of accepted connections.

#ifndef TRESTLE_SERVER_HTTP_TRANSPORT_FACTORY_H_
#define TRESTLE_SERVER_HTTP_TRANSPORT_FACTORY_H_

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "trestle/server/http/ip_range.h"
#include "trestle/server/http/listen_address.h"
#include "trestle/server/http/transport.h"
#include "trestle/server/listen_options.h"
#include "trestle/server/server_stats.h"
#include "trestle/server/tls/tls_server.h"

namespace trestle {

// Thread-safe once made.
class TransportFactory {
 public:
  // Reads the files that `options` name. Fails with InvalidArgument for an invalid range, for a
  // file that is missing or invalid, and for options that contradict each other.
  static absl::StatusOr<std::unique_ptr<TransportFactory>> Make(const ListenOptions& options);

  // Fails with InvalidArgument for an https:// address if there is no certificate.
  absl::Status Check(const ListenAddress& address) const;

  // Reads the TLS files again (TlsServer::Reload). Returns false if there are none.
  bool ReloadTls() const;

  // Returns the transport of `descriptor`, a socket that was accepted at `address` and must outlive
  // the transport. `peer` is the client's address without its port, empty for a Unix socket. The
  // factory must outlive the transport.
  std::unique_ptr<SocketTransport> NewTransport(int descriptor, const ListenAddress& address,
                                                absl::string_view peer) const;

  // Returns zeros if there is no certificate.
  TlsStats tls_stats() const { return tls_ == nullptr ? TlsStats() : tls_->stats(); }

 private:
  bool IsTrustedProxy(absl::string_view peer) const;

  std::unique_ptr<TlsServer> tls_;  // null if there is no certificate
  std::vector<IpRange> proxies_;
  bool unix_proxies_ = false;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_TRANSPORT_FACTORY_H_
