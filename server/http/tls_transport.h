// TLS on a transport.

#ifndef TRESTLE_SERVER_HTTP_TLS_TRANSPORT_H_
#define TRESTLE_SERVER_HTTP_TLS_TRANSPORT_H_

#include <memory>

#include "trestle/server/http/transport.h"
#include "trestle/server/tls/tls_server.h"

namespace trestle {

// The server's side of TLS over `inner`. The first Receive or Send begins the handshake, by
// what `server`, which must outlive it, has to show by then; a client that has sent nothing
// yet costs no state of TLS. Receive and Send may be called side by side; after the handshake
// Receive never wants to write.
//
// After a Send that has come to kWantsWrite, the next one begins with the same bytes: a part
// of them may be enciphered already.
std::unique_ptr<SocketTransport> NewTlsTransport(std::unique_ptr<SocketTransport> inner,
                                                 TlsServer* server);

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_TLS_TRANSPORT_H_
