// The pages that say whether a server runs and can serve.

#ifndef TRESTLE_SERVER_ADMIN_HEALTH_PAGES_H_
#define TRESTLE_SERVER_ADMIN_HEALTH_PAGES_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "trestle/server/admin/health_check.h"
#include "trestle/server/handler.h"
#include "trestle/server/server.h"

namespace trestle {

// Thread-safe. Everything may wait for half a second, for connections to backends.
class HealthPages {
 public:
  // `server` must outlive this.
  explicit HealthPages(Server* server) : server_(*server) {}

  // Adds PATH/livez and PATH/readyz to the server itself: the same without addresses and
  // parameters. This must outlive the server's last request. Fails as Server::Handle.
  absl::Status AddTo(const std::string& path);

  // With the parameter `verbose`, each check is listed.
  Reply Livez(const Request& request) const;
  Reply Readyz(const Request& request) const;
  // Calls grpc.health.v1.Health/Check of the backend for the parameter `service`.
  Reply Healthz(const Request& request) const;

 private:
  std::vector<HealthCheck> Liveness() const;
  std::vector<HealthCheck> Readiness() const;

  Server& server_;
  size_t own_routes_ = 0;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_ADMIN_HEALTH_PAGES_H_
