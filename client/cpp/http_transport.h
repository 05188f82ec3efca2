// The transport over HTTP/1.1: TCP, TLS and Unix sockets, keep-alive, pooled.

#ifndef TRESTLE_CLIENT_CPP_HTTP_TRANSPORT_H_
#define TRESTLE_CLIENT_CPP_HTTP_TRANSPORT_H_

#include <memory>

#include "trestle/client/cpp/options.h"
#include "trestle/client/cpp/transport.h"

namespace trestle {

// Returns a transport to the server of options.base_url. Connects on first use. If base_url is
// malformed, every Send fails with InvalidArgument. Streams may outlive the transport.
std::shared_ptr<Transport> NewHttpTransport(const ClientOptions& options);

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_HTTP_TRANSPORT_H_
