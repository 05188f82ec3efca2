// The routes that a gateway program serves, chosen by its flags.

#ifndef TRESTLE_SERVER_PROGRAM_GATEWAY_ROUTES_H_
#define TRESTLE_SERVER_PROGRAM_GATEWAY_ROUTES_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "trestle/server/descriptor_set.h"
#include "trestle/server/flags/backend_choice.h"
#include "trestle/server/flags/flags.h"
#include "trestle/server/routing/routes_table.h"
#include "trestle/server/service_route.h"
#include "trestle/transcoding/service_config.h"

namespace trestle {

// Loads the descriptor sets of `flags`. Returns null if there are none. Fails as
// DescriptorSet::Load.
absl::StatusOr<std::unique_ptr<DescriptorSet>> LoadDescriptorSets(const GatewayFlags& flags);

// Reads the service configs of `flags` and merges them: for each RPC the last file with rules for
// it wins (R43). Fails with an error for each file that cannot be used.
absl::StatusOr<ServiceConfig> ReadServiceConfigs(const GatewayFlags& flags);

// Returns the routes to serve: those of `linked` and of `set`, which may be null, of the services
// and with the service configs of `flags`. Fails with InvalidArgument for a service or a selector
// that is unknown, for a malformed rule, and if there are no routes.
absl::StatusOr<std::vector<ServiceRoute>> ChooseRoutes(const GatewayFlags& flags,
                                                       const std::vector<ServiceRoute>& linked,
                                                       const DescriptorSet* set);

// Returns a row for each route, in this order.
std::vector<RouteRow> RowsOf(const std::vector<ServiceRoute>& routes,
                             const std::vector<BackendChoice>& backends);

// Returns what is served, in one line: `serving 2 routes of 1 service on http://127.0.0.1:8080,
// from 127.0.0.1:9090, with the flags of gateway.toml`.
std::string Summary(const GatewayFlags& flags, const std::vector<ServiceRoute>& routes,
                    const std::vector<std::string>& urls);

}  // namespace trestle

#endif  // TRESTLE_SERVER_PROGRAM_GATEWAY_ROUTES_H_
