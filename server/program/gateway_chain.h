// The middleware chain of a gateway program, in its order.

#ifndef TRESTLE_SERVER_PROGRAM_GATEWAY_CHAIN_H_
#define TRESTLE_SERVER_PROGRAM_GATEWAY_CHAIN_H_

#include <functional>

#include "absl/status/status.h"
#include "trestle/server/server.h"

namespace trestle {

struct GatewayFlags;  // flags/flags.h

// Adds what a program has in addition to the gateway's own features: see GatewayMain.
using ConfigureServer = std::function<absl::Status(Server& server)>;

// Adds the middleware that `flags` enable to `*server`, the outermost first, and then calls
// `configure`, which may be null: the program's middleware is the innermost, next to the routes.
// Fails as UseCors and `configure` do. Call it after the routes of the backends have been added.
absl::Status UseChain(const GatewayFlags& flags, const ConfigureServer& configure, Server* server);

}  // namespace trestle

#endif  // TRESTLE_SERVER_PROGRAM_GATEWAY_CHAIN_H_
