// A transport without a network: requests go to a function. For tests, and for a server
// in the same process.

#ifndef TRESTLE_CLIENT_CPP_IN_MEMORY_TRANSPORT_H_
#define TRESTLE_CLIENT_CPP_IN_MEMORY_TRANSPORT_H_

#include <functional>
#include <memory>

#include "trestle/client/cpp/transport.h"

namespace trestle {

// Answers with what `server` returns: an HttpResponse, a failure, or a head and a body
// in pieces. A whole body is handed out in one piece where pieces are wanted, and pieces
// are put together where the whole is. `server` must be thread-safe if the client is
// used by several threads.
std::shared_ptr<Transport> NewInMemoryTransport(
    std::function<ClientReply(const HttpRequest& request)> server);

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_IN_MEMORY_TRANSPORT_H_
