#include "trestle/server/program/gateway_check.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "trestle/server/admin/admin_address.h"
#include "trestle/server/admin/health_pages.h"
#include "trestle/server/concurrency/concurrency.h"
#include "trestle/server/cors.h"
#include "trestle/server/descriptor_set.h"
#include "trestle/server/flags/backend_set.h"
#include "trestle/server/flags/tracing_flags.h"
#include "trestle/server/listen_options.h"
#include "trestle/server/program/gateway_access_log.h"
#include "trestle/server/program/gateway_chain.h"
#include "trestle/server/program/gateway_routes.h"
#include "trestle/server/server.h"
#include "trestle/server/tls/tls_conflict.h"
#include "trestle/server/tls/tls_server.h"
#include "trestle/server/tracer.h"

// The parts of a configuration are checked independently, so that one fault does not hide those of
// other parts. A part that depends on a faulty one is left out: its faults would only follow.

namespace trestle {
namespace {

class Checker {
 public:
  Checker(FlagsAndProblems parsed, const ConfigureServer& configure)
      : flags_(std::move(parsed.flags)),
        configure_(configure),
        problems_(std::move(parsed.problems)) {
    // With threads, a backend would start some.
    flags_.backend.concurrency = Concurrency::kFibers;
  }

  std::vector<std::string> Run(const std::vector<ServiceRoute>& linked) &&;

 private:
  // Adds the lines of an error. Returns true if there is none.
  bool IsFine(const absl::Status& status);
  void CheckTracer();
  void CheckRoutes(const std::vector<ServiceRoute>& linked);
  void Resolve(const std::vector<ServiceRoute>& routes);

  GatewayFlags flags_;
  const ConfigureServer& configure_;
  std::vector<std::string> problems_;
};

bool Checker::IsFine(const absl::Status& status) {
  if (status.ok()) return true;
  for (absl::string_view line : absl::StrSplit(status.message(), '\n')) {
    problems_.emplace_back(line);
  }
  return false;
}

std::vector<std::string> Checker::Run(const std::vector<ServiceRoute>& linked) && {
  CheckRoutes(linked);
  const TlsOptions& tls = flags_.server.listen.tls;
  const bool has_tls = !tls.certificate_file.empty() && !FindTlsConflict(tls).has_value();
  if (has_tls) IsFine(TlsServer::Make(tls).status());
  IsFine(CheckAccessLogFile(flags_.access_log.file));
  if (IsOn(flags_.tracing)) CheckTracer();
  return std::move(problems_);
}

void Checker::CheckTracer() {
  const absl::StatusOr<TracerOptions> options = ReadTracerOptions(flags_.tracing);
  const bool has_files = IsFine(options.status());
  // A contradiction between flags has been found before.
  if (!CheckTracingFlags(flags_.tracing).ok()) return;
  // Without TLS, if its files are faulty.
  IsFine(CheckTracerOptions(has_files ? *options : flags_.tracing.options));
}

void Checker::CheckRoutes(const std::vector<ServiceRoute>& linked) {
  // The flag that names the routes may be the faulty one.
  const bool may_be_missing = !problems_.empty() && flags_.descriptor_sets.empty();
  const bool has_configs = IsFine(ReadServiceConfigs(flags_).status());
  const auto set = LoadDescriptorSets(flags_);
  std::vector<ServiceRoute> routes;
  if (IsFine(set.status()) && has_configs && !(may_be_missing && linked.empty())) {
    if (*set != nullptr) flags_.server.types = &(*set)->pool();
    absl::StatusOr<std::vector<ServiceRoute>> chosen = ChooseRoutes(flags_, linked, set->get());
    if (IsFine(chosen.status())) routes = *std::move(chosen);
  }
  Resolve(routes);
  flags_.server.types = nullptr;
}

void Checker::Resolve(const std::vector<ServiceRoute>& routes) {
  const absl::StatusOr<BackendSet> backends = BackendSet::Make(flags_.backend);
  const bool has_backends = IsFine(backends.status()) && !flags_.backend.backends.empty();
  if (has_backends && !routes.empty()) IsFine(backends->Check(routes));
  Server server(flags_.server);
  // One by one, so that none is left out of a long list.
  for (const ServiceRoute& route : routes) IsFine(server.Add({route}, nullptr));
  // Faults of these flags have been found before.
  if (!CheckCorsOptions(flags_.cors).ok()) flags_.cors = CorsOptions();
  IsFine(UseChain(flags_, configure_, &server));
  HealthPages health(&server);
  const std::string& path = flags_.admin.health_path;
  if (!path.empty() && CheckHealthPath(path).ok()) IsFine(health.AddTo(path));
}

}  // namespace

std::vector<std::string> FindProblems(FlagsAndProblems parsed,
                                      const std::vector<ServiceRoute>& linked,
                                      const ConfigureServer& configure) {
  return Checker(std::move(parsed), configure).Run(linked);
}

}  // namespace trestle
