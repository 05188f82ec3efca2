// The main function of a gateway.

#ifndef TRESTLE_SERVER_GATEWAY_MAIN_H_
#define TRESTLE_SERVER_GATEWAY_MAIN_H_

#include <vector>

#include "trestle/server/program/gateway_chain.h"
#include "trestle/server/service_route.h"

namespace trestle {

// Serves `routes`, and those of the descriptor sets on the command line, with the backends on the
// command line, until SIGTERM or SIGINT. Then finishes the requests in progress. SIGHUP reloads the
// TLS files. With the command "check", only prints the problems that would prevent this; with
// "routes", the routes of the RPCs.
//
// `configure` adds the program's own middleware, handlers, files and observers:
//
//   return GatewayMain(argc, argv, LibraryServiceRoutes(), [](Server& server) {
//     server.Use(CheckKey);
//     return server.Handle("GET", "/version", Version);
//   });
//
// It is called once, after the flags have been applied (Server::options) and the routes have been
// added, and before a port is opened. Its middleware is the innermost: it runs after all middleware
// of the flags, for all routes, including --health_path. What `configure` adds must live until this
// function returns. An error ends the program with its message. The command "check" calls it too,
// with a server without backends (Server::FindBackend returns null) that never listens: `configure`
// should neither start threads nor change anything outside the process. Start no threads before
// this function either: they would receive its signals.
//
// Returns the exit code: 0 after a drain, --help or --version; 2, with one line on stderr, if the
// command line, the routes or an address are invalid, or `configure` fails. Opens no port before
// everything else has been checked. If the process has not ended five seconds after --drain_delay
// and --drain_timeout, it is ended with 1.
int GatewayMain(int argc, char** argv, const std::vector<ServiceRoute>& routes,
                const ConfigureServer& configure = nullptr);

}  // namespace trestle

#endif  // TRESTLE_SERVER_GATEWAY_MAIN_H_
