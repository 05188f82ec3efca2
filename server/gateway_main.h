// The main function of a gateway.

#ifndef TRESTLE_SERVER_GATEWAY_MAIN_H_
#define TRESTLE_SERVER_GATEWAY_MAIN_H_

#include <vector>

#include "trestle/server/service_route.h"

namespace trestle {

// Serves `routes`, and those of the descriptor sets that the command line names, by the
// backend that it names, until SIGTERM, SIGINT or SIGHUP; then finishes what is in progress.
//
// Returns the exit code: 0 after a drain, --help or --version; 2, with one line on stderr,
// when something is wrong with the command line, the routes or an address. Nothing is
// served, nor is a port opened, before all of the rest has been found right. Does not return, but
// ends the process with 1, when the process has not ended five seconds after --drain_timeout.
int GatewayMain(int argc, char** argv, const std::vector<ServiceRoute>& routes);

}  // namespace trestle

#endif  // TRESTLE_SERVER_GATEWAY_MAIN_H_
