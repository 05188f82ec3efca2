// Finds what would keep a gateway from starting, without opening a port.

#ifndef TRESTLE_SERVER_PROGRAM_GATEWAY_CHECK_H_
#define TRESTLE_SERVER_PROGRAM_GATEWAY_CHECK_H_

#include <string>
#include <vector>

#include "trestle/server/flags/flags.h"
#include "trestle/server/program/gateway_chain.h"
#include "trestle/server/service_route.h"

namespace trestle {

// Reads the files that the flags name, and resolves all routes, as startup does. Calls `configure`,
// which may be null, with a server without backends. Returns a message for each problem, beginning
// with those of the flags. Opens no port, creates no file and starts no
// threads of its own. Does not notice addresses that are in use.
std::vector<std::string> FindProblems(FlagsAndProblems parsed,
                                      const std::vector<ServiceRoute>& linked,
                                      const ConfigureServer& configure);

}  // namespace trestle

#endif  // TRESTLE_SERVER_PROGRAM_GATEWAY_CHECK_H_
