// TLS over a transport.

#ifndef TRESTLE_SERVER_HTTP_TLS_TRANSPORT_H_
#define TRESTLE_SERVER_HTTP_TLS_TRANSPORT_H_

#include <memory>

#include "trestle/server/http/transport.h"
#include "trestle/server/tls/tls_server.h"

namespace trestle {

// Returns the server side of TLS over `inner`. The first Receive or Send starts the handshake, with
// the certificate that `server` has by then; `server` must outlive the transport. A client that has
// sent nothing costs no TLS state. Receive and Send may be called concurrently. After the handshake
// Receive never returns kWantsWrite.
//
// After a Send that returned kWantsWrite, the next one must begin with the same bytes: some of them
// may be encrypted already.
std::unique_ptr<SocketTransport> NewTlsTransport(std::unique_ptr<SocketTransport> inner,
                                                 TlsServer* server);

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_TLS_TRANSPORT_H_
