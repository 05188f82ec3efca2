// A transport that passes requests to a function. For tests, and for a server in the same
// process.

#ifndef TRESTLE_CLIENT_CPP_IN_MEMORY_TRANSPORT_H_
#define TRESTLE_CLIENT_CPP_IN_MEMORY_TRANSPORT_H_

#include <functional>
#include <memory>

#include "trestle/client/cpp/transport.h"

namespace trestle {

// Returns a transport whose replies are those of `server`: an HttpResponse, a failure, or a head
// and a body in pieces. A whole body is delivered as one piece if the call wants pieces, and
// pieces are joined if it wants the whole. `server` must be thread-safe if the client is used by
// several threads.
std::shared_ptr<Transport> NewInMemoryTransport(
    std::function<ClientReply(const HttpRequest& request)> server);

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_IN_MEMORY_TRANSPORT_H_
