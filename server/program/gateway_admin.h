// The admin pages of a gateway program.

#ifndef TRESTLE_SERVER_PROGRAM_GATEWAY_ADMIN_H_
#define TRESTLE_SERVER_PROGRAM_GATEWAY_ADMIN_H_

#include <memory>

#include "absl/status/statusor.h"
#include "trestle/server/admin.h"
#include "trestle/server/flags/flags.h"
#include "trestle/server/program/gateway_access_log.h"
#include "trestle/server/server.h"
#include "trestle/server/tracer.h"

namespace trestle {

// Returns the admin pages that `flags` ask for; null for none. Draining is as by SIGTERM, and the
// log level is that of spdlog. Fails as Admin::Make.
//
// The metrics have the lines that `access_log` has lost and the spans of `tracer`, which is null
// without traces. `access_log` must outlive the server.
absl::StatusOr<std::unique_ptr<Admin>> MakeGatewayAdmin(const GatewayFlags& flags,
                                                        const GatewayAccessLog& access_log,
                                                        const std::shared_ptr<const Tracer>& tracer,
                                                        Server* server);

// Starts `admin`, which may be null, and logs its address. Fails as Admin::Start.
absl::Status StartGatewayAdmin(Admin* admin);

}  // namespace trestle

#endif  // TRESTLE_SERVER_PROGRAM_GATEWAY_ADMIN_H_
