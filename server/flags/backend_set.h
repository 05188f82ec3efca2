// The backends of a gateway, each with its services.

#ifndef TRESTLE_SERVER_FLAGS_BACKEND_SET_H_
#define TRESTLE_SERVER_FLAGS_BACKEND_SET_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "trestle/server/backend.h"
#include "trestle/server/flags/backend_choice.h"
#include "trestle/server/server.h"
#include "trestle/server/service_route.h"

namespace trestle {

// Built once, then immutable.
class BackendSet {
 public:
  // Reads the files that `choices` name and creates a backend for each distinct target. Does not
  // connect. Fails with InvalidArgument, with a line for each file or target that cannot be used.
  static absl::StatusOr<BackendSet> Make(const BackendChoices& choices);
  ~BackendSet();  // ends all backends together
  BackendSet(BackendSet&&) = default;
  BackendSet& operator=(BackendSet&&) = delete;

  // Fails with InvalidArgument, with a line for each service of `routes` that has no backend, and
  // for each backend whose service has no routes.
  absl::Status Check(const std::vector<ServiceRoute>& routes) const;

  // Adds `routes` to `server`, in their order, each with the backend of its service. The set must
  // outlive the server. Fails as Check and as Server::Add.
  absl::Status Serve(const std::vector<ServiceRoute>& routes, Server* server) const;

 private:
  // By service; the empty key is for all other services.
  using ByService = absl::flat_hash_map<std::string, Backend*>;

  BackendSet(std::vector<std::unique_ptr<Backend>> backends, ByService by_service);
  Backend* Find(absl::string_view service) const;

  std::vector<std::unique_ptr<Backend>> backends_;
  ByService by_service_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_FLAGS_BACKEND_SET_H_
