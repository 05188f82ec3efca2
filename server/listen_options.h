// How a server's ports are opened, and what is spoken on them before HTTP.

#ifndef TRESTLE_SERVER_LISTEN_OPTIONS_H_
#define TRESTLE_SERVER_LISTEN_OPTIONS_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace trestle {

// Whether a client is asked for a certificate. One that none of the authorities vouches for
// ends the handshake, whichever it is.
enum class ClientAuth {
  kNone,
  kOptional,  // a client may have none
  kRequired,
};

// The files that are in PEM are read again when they change; a connection keeps what it
// began with.
struct TlsOptions {
  std::string certificate_file;  // the server's, and behind it those of its authorities
  std::string key_file;          // of that certificate, without a passphrase
  std::string client_ca_file;    // authorities that may vouch for clients
  ClientAuth client_auth = ClientAuth::kNone;
  // The groups for key exchange, the best first, as OpenSSL names them. Finite fields (ffdhe…) cost
  // a server a hundred times what they cost a client, and are left out.
  std::string groups = "X25519:P-256:P-384";
  // Told, by the thread of whichever connection comes next, that files have changed: OK if
  // they are in use now; else why those from before stay, once for each change. Must not
  // block. May be null.
  std::function<void(const absl::Status& status)> on_reload;
};

struct ListenOptions {
  bool reuse_port = false;  // SO_REUSEPORT: several processes share a port
  TlsOptions tls;           // of "https://" addresses
  // Who begins each connection with a header of the PROXY protocol, which is believed:
  // addresses or ranges ("10.0.0.0/8", "fd00::1"), or "unix" for every client of a Unix
  // socket.
  std::vector<std::string> proxy_protocol_from;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_LISTEN_OPTIONS_H_
