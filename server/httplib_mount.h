// The gateway inside a program's own httplib::Server: its threads, its routes, its TLS.

#ifndef TRESTLE_SERVER_HTTPLIB_MOUNT_H_
#define TRESTLE_SERVER_HTTPLIB_MOUNT_H_

#include "trestle/server/handler.h"
#include "trestle/transcoding/options.h"

namespace httplib {
class Server;
}

namespace trestle {

// Has `http` ask `handler` (Server::AsHandler) about every request that none of the routes
// registered before takes. `options` are those of the handler: a body beyond
// limits.request_body is 413 in their shape of an error. To be called once, after the
// program's own routes, before `http` listens.
//
// What is the library's stays so: how heads are read, time-outs, a thread for each
// connection. It reads multipart/form-data itself, which is therefore 415, answers HEAD of
// what GET has, sends no trailers, and tells nobody of a client that has gone.
void MountOn(httplib::Server* http, Handler handler, const Options& options);

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTPLIB_MOUNT_H_
