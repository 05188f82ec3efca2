#include "trestle/server/admin/health_pages.h"

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "trestle/server/admin/health_service.h"
#include "trestle/server/admin/query_parameters.h"
#include "trestle/server/backend.h"
#include "trestle/server/concurrency/clock.h"
#include "trestle/server/request_observer.h"
#include "trestle/transcoding/codec/quote.h"
#include "trestle/transcoding/error.h"

namespace trestle {
namespace {

HealthCheck BackendCheck(Backend* backend, size_t index, absl::Time deadline) {
  HealthCheck check;
  const std::string name = backend->name();
  check.name = absl::StrCat("backend ", name.empty() ? absl::StrCat(index) : name);
  const BackendHealth health = backend->Health(deadline);
  check.is_required = health.is_required;
  if (health.status.ok()) return check;
  check.problem = absl::StrCat(check.name, ": ", health.status.message());
  check.public_problem = "a required backend is unavailable";
  return check;
}

// Returns the page of `checks`, with every check if `?verbose` is there.
Reply HealthReply(absl::string_view name, const std::vector<HealthCheck>& checks,
                  const Request& request) {
  const auto parameters = ReadParameters(request.http.query, {"verbose"});
  if (!parameters.ok()) return ErrorReply(parameters.status());
  const HealthDetail detail = parameters->empty() ? HealthDetail::kProblems : HealthDetail::kAll;
  HealthPage page = MakeHealthPage(name, checks, detail);
  return Reply::Text(page.status, std::move(page.text));
}

// For pages that any client can read.
Reply PublicHealthReply(absl::string_view name, const std::vector<HealthCheck>& checks,
                        const Request& request) {
  if (request.record != nullptr) request.record->is_probe = true;
  HealthPage page = MakeHealthPage(name, checks, HealthDetail::kPublic);
  return Reply::Text(page.status, std::move(page.text));
}

}  // namespace

absl::Status HealthPages::AddTo(const std::string& path) {
  const auto livez = [this](const Request& request) {
    return PublicHealthReply("livez", Liveness(), request);
  };
  const auto readyz = [this](const Request& request) {
    return PublicHealthReply("readyz", Readiness(), request);
  };
  absl::Status status = server_.Handle("GET", absl::StrCat(path, "/livez"), livez);
  if (status.ok()) status = server_.Handle("GET", absl::StrCat(path, "/readyz"), readyz);
  own_routes_ = 2;
  return status;
}

std::vector<HealthCheck> HealthPages::Liveness() const {
  const std::vector<size_t> stuck = server_.FindStuckLoops();
  if (stuck.empty()) return {{"loops", "", ""}};
  std::vector<HealthCheck> checks;
  for (const size_t loop : stuck) {
    const std::string problem = absl::StrCat("loop ", loop, " does not respond");
    checks.push_back({absl::StrCat("loop ", loop), problem, problem});
  }
  return checks;
}

std::vector<HealthCheck> HealthPages::Readiness() const {
  HealthCheck drain{"drain", "", ""};
  if (server_.is_draining()) drain.problem = drain.public_problem = "the server is draining";
  HealthCheck routes{"routes", "", ""};
  if (server_.routes().size() == own_routes_) {
    routes.problem = routes.public_problem = "no routes are loaded";
  }
  std::vector<HealthCheck> checks = {drain, routes};
  // For all of them together: a kubelet waits for a second.
  const absl::Time deadline = MonotonicNow() + absl::Milliseconds(500);
  const std::vector<Backend*> backends = server_.backends();
  for (size_t i = 0; i < backends.size(); ++i) {
    checks.push_back(BackendCheck(backends[i], i, deadline));
  }
  return checks;
}

Reply HealthPages::Livez(const Request& request) const {
  return HealthReply("livez", Liveness(), request);
}

Reply HealthPages::Readyz(const Request& request) const {
  return HealthReply("readyz", Readiness(), request);
}

Reply HealthPages::Healthz(const Request& request) const {
  const auto parameters = ReadParameters(request.http.query, {"service"});
  if (!parameters.ok()) return ErrorReply(parameters.status());
  const auto service = parameters->find("service");
  if (service == parameters->end()) {
    return ErrorReply(absl::InvalidArgumentError("the service is missing: /healthz?service=NAME"));
  }
  Backend* const backend = server_.FindBackend(service->second);
  if (backend == nullptr) {
    return ErrorReply(absl::NotFoundError(
        absl::StrCat("no route belongs to the service ", Quote(service->second))));
  }
  CallContext context;
  context.deadline = MonotonicNow() + absl::Seconds(5);
  context.cancellation = request.cancellation.get();
  WireBytes response;
  absl::Status status =
      backend->Unary(kHealthCheckMethod, context, HealthCheckRequest(service->second), &response);
  absl::StatusOr<std::string> name =
      status.ok() ? HealthStatusIn(response.view()) : absl::StatusOr<std::string>(status);
  if (!name.ok()) {
    return ErrorReply(HttpError(
        503, absl::StrCat("grpc.health.v1.Health/Check failed: ", name.status().ToString())));
  }
  return Reply::Json(*name == "SERVING" ? 200 : 503,
                     absl::StrCat("{\"status\":\"", *name, "\"}\n"));
}

}  // namespace trestle
