// Connections that a proxy passes on, and says whose they are.

#ifndef TRESTLE_SERVER_HTTP_PROXIED_TRANSPORT_H_
#define TRESTLE_SERVER_HTTP_PROXIED_TRANSPORT_H_

#include <memory>

#include "trestle/server/http/transport.h"

namespace trestle {

// That of `descriptor`, a socket that does not block, which must begin with a header of the
// PROXY protocol (proxy_protocol.h): nothing is received or sent before it is complete. It
// is taken off the socket, and not a byte more. A connection without one has failed.
std::unique_ptr<SocketTransport> NewProxiedTransport(int descriptor);

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_PROXIED_TRANSPORT_H_
