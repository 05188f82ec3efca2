// A gateway within a program's httplib::Server, with its threads, routes and TLS.

#ifndef TRESTLE_SERVER_HTTPLIB_MOUNT_H_
#define TRESTLE_SERVER_HTTPLIB_MOUNT_H_

#include "trestle/server/handler.h"
#include "trestle/transcoding/options.h"

namespace httplib {
class Server;
}

namespace trestle {

// Makes `http` call `handler` (Server::AsHandler) for every request that none of the routes
// registered so far matches. `options` are those of the handler's server: a body of more than
// limits.request_body bytes cannot be read, which is 413. Call it once, after the program's own
// routes are registered and before `http` listens.
//
// The library still reads the heads of requests, applies its timeouts, and runs a thread per
// connection. It parses multipart/form-data itself: the handler cannot read such a body (415). It
// serves HEAD where GET is served, sends no trailers, and does not report that a client has
// disconnected.
void MountOn(httplib::Server* http, Handler handler, const Options& options);

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTPLIB_MOUNT_H_
