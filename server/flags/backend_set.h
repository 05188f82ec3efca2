// The backends of a gateway, each for its own services.

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
  // Reads the files that `choices` name and makes a backend for each distinct target. Connects
  // to none. InvalidArgument names the file or the target, and says what is wrong.
  static absl::StatusOr<BackendSet> Make(const BackendChoices& choices);
  ~BackendSet();  // ends all backends together
  BackendSet(BackendSet&&) = default;
  BackendSet& operator=(BackendSet&&) = delete;

  // Adds `routes` to `server`, in their order, each by the backend of its service; the set must
  // outlive the server. InvalidArgument for a service without a backend, and for a backend
  // whose service has no routes; else as Server::Add.
  absl::Status Serve(const std::vector<ServiceRoute>& routes, Server* server) const;

 private:
  // By service; the empty one is for all that are not in it.
  using ByService = absl::flat_hash_map<std::string, Backend*>;

  BackendSet(std::vector<std::unique_ptr<Backend>> backends, ByService by_service);
  Backend* Find(absl::string_view service) const;
  absl::Status CheckAllServed(const std::vector<ServiceRoute>& routes) const;

  std::vector<std::unique_ptr<Backend>> backends_;
  ByService by_service_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_FLAGS_BACKEND_SET_H_
