#include "trestle/server/flags/backend_set.h"

#include <map>
#include <tuple>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "trestle/server/backend_options.h"
#include "trestle/server/backend_tls.h"
#include "trestle/server/grpc/grpc_service_config.h"
#include "trestle/server/grpc_backend.h"
#include "trestle/server/tls/file_content.h"
#include "trestle/transcoding/fault_list.h"

namespace trestle {
namespace {

absl::StatusOr<std::string> ReadGrpcServiceConfig(const std::string& file) {
  constexpr char kWhat[] = "gRPC service config";
  absl::StatusOr<std::string> json = ReadFileContent(kWhat, file);
  if (!json.ok()) return json;
  if (absl::Status s = CheckGrpcServiceConfig(*json); !s.ok()) {
    return FileContentError(kWhat, file, s.message());
  }
  return json;
}

// The options that all backends of a command line share, with the files already read.
struct SharedOptions {
  BackendOptions options;  // without a target or TLS
  BackendTls tls;          // for backends that use it
};

// Returns what can be read, and adds an error for each file that cannot be used.
SharedOptions ReadShared(const BackendChoices& choices, FaultList* faults) {
  SharedOptions shared{choices.options, {}};
  if (!choices.service_config.empty()) {
    absl::StatusOr<std::string> json = ReadGrpcServiceConfig(choices.service_config);
    if (json.ok()) {
      shared.options.service_config = *std::move(json);
    } else {
      faults->Add("", json.status());
    }
  }
  absl::StatusOr<BackendTls> tls = ReadBackendTls(choices.tls_files);
  if (tls.ok()) {
    shared.tls = *std::move(tls);
  } else {
    faults->Add("", tls.status());
  }
  return shared;
}

// Returns the options of the backend for `choice`.
BackendOptions OptionsOf(const BackendChoice& choice, const BackendChoices& choices,
                         const SharedOptions& shared) {
  BackendOptions options = shared.options;
  options.target = choice.target;
  options.health_mode = HealthModeOf(choice, choices);
  options.is_required = IsRequired(choice, choices);
  if (IsTls(choice, choices)) options.tls = shared.tls;
  return options;
}

// Fibers never need completion threads.
absl::StatusOr<std::unique_ptr<Backend>> MakeBackend(const BackendOptions& options,
                                                     Concurrency concurrency) {
  if (concurrency == Concurrency::kThreads) return StartGrpcBackend(options);
  return NewGrpcBackend(options);
}

}  // namespace

BackendSet::BackendSet(std::vector<std::unique_ptr<Backend>> backends, ByService by_service)
    : backends_(std::move(backends)), by_service_(std::move(by_service)) {}

BackendSet::~BackendSet() {
  for (const auto& backend : backends_) backend->Shutdown();
}

absl::StatusOr<BackendSet> BackendSet::Make(const BackendChoices& choices) {
  FaultList faults;
  const SharedOptions shared = ReadShared(choices, &faults);
  for (const BackendChoice& choice : choices.backends) {
    const absl::Status status = CheckBackendOptions(OptionsOf(choice, choices, shared));
    if (!status.ok()) faults.Add("", status);
  }
  if (absl::Status status = faults.ToStatus(); !status.ok()) return status;
  std::vector<std::unique_ptr<Backend>> backends;
  // Services share a backend if all of these are the same.
  std::map<std::tuple<std::string, bool, BackendHealthMode, bool>, Backend*> by_target;
  ByService by_service;
  for (const BackendChoice& choice : choices.backends) {
    Backend*& backend = by_target[{choice.target, IsTls(choice, choices),
                                   HealthModeOf(choice, choices), IsRequired(choice, choices)}];
    if (backend == nullptr) {
      auto made = MakeBackend(OptionsOf(choice, choices, shared), choices.concurrency);
      if (!made.ok()) return made.status();
      backends.push_back(*std::move(made));
      backend = backends.back().get();
    }
    by_service[choice.service] = backend;
  }
  return BackendSet(std::move(backends), std::move(by_service));
}

Backend* BackendSet::Find(absl::string_view service) const {
  auto found = by_service_.find(service);
  if (found == by_service_.end()) found = by_service_.find("");
  return found == by_service_.end() ? nullptr : found->second;
}

absl::Status BackendSet::Check(const std::vector<ServiceRoute>& routes) const {
  FaultList faults;
  const auto add = [&](const std::string& message) {
    faults.Add("", absl::InvalidArgumentError(message));
  };
  absl::flat_hash_set<absl::string_view> served;
  for (const ServiceRoute& route : routes) {
    const absl::string_view service = ServiceOf(route.rpc);
    if (!served.insert(service).second || Find(service) != nullptr) continue;
    add(absl::StrCat("service \"", service, "\" has no backend: --backend=", service,
                     "=TARGET names one, --backend=TARGET one for all"));
  }
  for (const auto& [service, backend] : by_service_) {
    if (service.empty() || served.contains(service)) continue;
    add(absl::StrCat("--backend: service \"", service, "\" is not served"));
  }
  return faults.ToStatus();
}

absl::Status BackendSet::Serve(const std::vector<ServiceRoute>& routes, Server* server) const {
  if (absl::Status s = Check(routes); !s.ok()) return s;
  FaultList faults;
  for (const ServiceRoute& route : routes) {
    // One by one: the order of all routes decides which of two that collide wins (D2).
    absl::Status status = server->Add({route}, Find(ServiceOf(route.rpc)));
    if (!status.ok()) faults.Add("", status);
  }
  return faults.ToStatus();
}

}  // namespace trestle
