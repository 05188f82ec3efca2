// The main function of a gateway.

#ifndef TRESTLE_SERVER_GATEWAY_MAIN_H_
#define TRESTLE_SERVER_GATEWAY_MAIN_H_

#include <vector>

#include "trestle/server/service_route.h"

namespace trestle {

// Serves `routes`, and those of the descriptor sets on the command line, with the backends on the
// command line, until SIGTERM or SIGINT. Then finishes the requests in progress. SIGHUP reloads the
// TLS files. With the command "check", only prints the problems that would prevent this; with
// "routes", the routes.
//
// Returns the exit code: 0 after a drain, --help or --version; 2, with one line on stderr, if the
// command line, the routes or an address are invalid. Opens no port before everything else has been
// checked. If the process has not ended five seconds after --drain_delay and
// --drain_timeout, it is ended with 1.
int GatewayMain(int argc, char** argv, const std::vector<ServiceRoute>& routes);

}  // namespace trestle

#endif  // TRESTLE_SERVER_GATEWAY_MAIN_H_
