// A second, small server for operators: health, metrics, routes, requests in progress, the log
// level, draining (docs/operations/admin.md).

#ifndef TRESTLE_SERVER_ADMIN_H_
#define TRESTLE_SERVER_ADMIN_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "trestle/server/handler.h"
#include "trestle/server/server.h"
#include "trestle/server/setting.h"

namespace trestle {

// All functions are called on threads of the admin listener, and must not block.
struct AdminOptions {
  // Where the admin pages are served: "127.0.0.1:9901", "[::1]:9901" or "unix:/run/admin.sock".
  // Empty: nowhere, and the server keeps no list of requests.
  std::string address;
  // Also serves PATH/livez and PATH/readyz with the server itself, for this PATH: "/health". These
  // responses name no addresses. Empty: it does not.
  std::string health_path;
  // Serves GET /metrics. Null: 404, as for the others.
  Handler metrics;
  // Returns the settings for GET /config, without secrets.
  std::function<std::vector<Setting>()> settings;
  // Return and set the log level for GET and PUT /loglevel. The second one fails with
  // InvalidArgument for an unknown level. Both or neither.
  std::function<std::string()> log_level;
  std::function<absl::Status(const std::string& level)> set_log_level;
  // Starts draining, for POST /drain; called once. Null: Server::Shutdown.
  std::function<void()> drain;
  // Called by Start with a warning if the address can be reached from other hosts. May be null.
  std::function<void(const std::string& message)> warn;
};

// The admin pages of one server. They have one loop and one accepting thread of their own, so that
// a server whose loops are busy or stuck does not delay them.
class Admin {
 public:
  // The most connections that the admin listener has at once; further ones get 503.
  static constexpr size_t kMaxConnections = 64;

  // Makes the pages of `server`. The server must outlive the result, and the result must outlive
  // the requests of the server. Adds the routes of `health_path`, and with an `address` an observer
  // of requests. Call it after all other routes have been added, and before Listen and AsHandler of
  // the server. Fails with InvalidArgument for an invalid address or path, and with AlreadyExists
  // if the server already has a route for the path.
  static absl::StatusOr<std::unique_ptr<Admin>> Make(AdminOptions options, Server* server);
  ~Admin();  // closes the listener
  Admin(const Admin&) = delete;
  Admin& operator=(const Admin&) = delete;

  // Opens the address and serves it on threads of its own. Call it once, after Listen of the
  // server. Returns the URL; empty without an address. Fails with Unavailable if the address cannot
  // be opened, and with ResourceExhausted if the process can have no more descriptors or threads.
  absl::StatusOr<std::string> Start();

 private:
  struct Rep;
  explicit Admin(std::unique_ptr<Rep> rep);

  std::unique_ptr<Rep> rep_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_ADMIN_H_
