// Connections that a proxy forwards with a header of the PROXY protocol.

#ifndef TRESTLE_SERVER_HTTP_PROXIED_TRANSPORT_H_
#define TRESTLE_SERVER_HTTP_PROXIED_TRANSPORT_H_

#include <memory>

#include "trestle/server/http/transport.h"

namespace trestle {

// Returns the transport of `descriptor`, a non-blocking socket whose data must begin with a header
// of the PROXY protocol (proxy_protocol.h). It receives and sends nothing before the header is
// complete, and reads not a byte beyond it. A connection without a header fails.
std::unique_ptr<SocketTransport> NewProxiedTransport(int descriptor);

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_PROXIED_TRANSPORT_H_
