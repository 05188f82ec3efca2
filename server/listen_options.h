// How a server opens its ports: TLS, the PROXY protocol, shared ports.

#ifndef TRESTLE_SERVER_LISTEN_OPTIONS_H_
#define TRESTLE_SERVER_LISTEN_OPTIONS_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace trestle {

// Which clients must present a certificate. A certificate that none of the trusted authorities has
// signed always ends the handshake.
enum class ClientAuth {
  kNone,      // no certificate is requested
  kOptional,  // a client without a certificate is accepted
  kRequired,
};

// The files are in PEM, and are reloaded when they change. A connection keeps what it began with.
struct TlsOptions {
  std::string certificate_file;  // the server's, followed by its intermediate certificates
  std::string key_file;          // of that certificate, unencrypted
  std::string client_ca_file;    // authorities that are trusted to sign client certificates
  ClientAuth client_auth = ClientAuth::kNone;
  // The groups for key exchange, best first, by OpenSSL's names. Finite fields (ffdhe…) cost a
  // server a hundred times as much as a client, and are left out.
  std::string groups = "X25519:P-256:P-384";
  // Called once for each change of the files, by the thread of the next connection, and by each
  // Server::ReloadTls: with OK if they are in use now, else with the reason why the previous ones
  // stay in use. Must not block. May be null.
  std::function<void(const absl::Status& status)> on_reload;
};

struct ListenOptions {
  bool reuse_port = false;  // SO_REUSEPORT: several processes share a port
  TlsOptions tls;           // of "https://" addresses
  // The clients whose connections begin with a PROXY protocol header, which is trusted: addresses
  // or ranges ("10.0.0.0/8", "fd00::1"), or "unix" for all clients of Unix sockets.
  std::vector<std::string> proxy_protocol_from;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_LISTEN_OPTIONS_H_
