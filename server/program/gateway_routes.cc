#include "trestle/server/program/gateway_routes.h"

#include <iterator>
#include <set>
#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "trestle/server/routing/rule_override.h"
#include "trestle/transcoding/fault_list.h"

namespace trestle {
namespace {

// Returns the routes of `*services`, or all of them if that is empty. Removes the names that have
// routes from `*services`: the others must be found elsewhere.
std::vector<ServiceRoute> TakeRoutesOf(const std::vector<ServiceRoute>& routes,
                                       std::vector<std::string>* services) {
  if (services->empty()) return routes;
  std::vector<ServiceRoute> taken;
  std::vector<std::string> left;
  for (const std::string& service : *services) {
    const size_t before = taken.size();
    absl::c_copy_if(routes, std::back_inserter(taken),
                    [&](const ServiceRoute& route) { return ServiceOf(route.rpc) == service; });
    if (taken.size() == before) left.push_back(service);
  }
  *services = std::move(left);
  return taken;
}

// Replaces the rules of `*routes` with those of the service configs.
absl::Status ApplyServiceConfig(const GatewayFlags& flags, const DescriptorSet* set,
                                std::vector<ServiceRoute>* routes) {
  if (flags.service_configs.empty()) return absl::OkStatus();
  absl::StatusOr<ServiceConfig> config = ReadServiceConfigs(flags);
  if (!config.ok()) return config.status();
  std::vector<const google::protobuf::DescriptorPool*> pools;
  if (set != nullptr) pools.push_back(&set->pool());
  pools.push_back(google::protobuf::DescriptorPool::generated_pool());
  return OverrideRules(*config, pools, routes);
}

absl::Status CheckServices(const std::vector<std::string>& left) {
  FaultList faults;
  for (const std::string& service : left) {
    faults.Add("",
               absl::InvalidArgumentError(absl::StrCat("service \"", service, "\" is not known")));
  }
  return faults.ToStatus();
}

// Returns the linked routes and those of `set`, which may be null.
absl::StatusOr<std::vector<ServiceRoute>> AllRoutes(const std::vector<ServiceRoute>& linked,
                                                    std::vector<std::string> services,
                                                    const DescriptorSet* set) {
  const bool wants_all = services.empty();
  std::vector<ServiceRoute> routes = TakeRoutesOf(linked, &services);
  if (set == nullptr) {
    if (absl::Status s = CheckServices(services); !s.ok()) return s;
  } else if (wants_all || !services.empty()) {
    absl::StatusOr<std::vector<ServiceRoute>> more = set->Routes(services);
    if (!more.ok()) return more.status();
    absl::c_move(*more, std::back_inserter(routes));
  }
  return routes;
}

// Returns the error for no RPCs, or RPCs without rules.
absl::Status NoRoutes(const GatewayFlags& flags) {
  if (flags.descriptor_sets.empty()) {
    return absl::InvalidArgumentError(
        "there are no routes: no RPC of the .proto files in this program has a google.api.http "
        "rule; annotate them, or name a --descriptor_set or a --service_config that has rules");
  }
  return absl::InvalidArgumentError(
      absl::StrCat("there are no routes: no RPC of ", absl::StrJoin(flags.descriptor_sets, ", "),
                   " has a google.api.http rule; annotate them, or name a --service_config that "
                   "has rules"));
}

// Returns "1 route", "2 routes".
std::string Counted(size_t count, absl::string_view noun) {
  return absl::StrCat(count, " ", noun, count == 1 ? "" : "s");
}

// Returns the target of the backend that serves `rpc`; empty if there is none.
std::string TargetOf(absl::string_view rpc, const std::vector<BackendChoice>& backends) {
  const absl::string_view service = ServiceOf(rpc);
  std::string target;
  for (const BackendChoice& backend : backends) {
    if (backend.service == service) return backend.target;
    if (backend.service.empty()) target = backend.target;
  }
  return target;
}

}  // namespace

absl::StatusOr<std::unique_ptr<DescriptorSet>> LoadDescriptorSets(const GatewayFlags& flags) {
  if (flags.descriptor_sets.empty()) return std::unique_ptr<DescriptorSet>();
  return DescriptorSet::Load(flags.descriptor_sets);
}

absl::StatusOr<ServiceConfig> ReadServiceConfigs(const GatewayFlags& flags) {
  ServiceConfig merged;
  FaultList faults;
  for (const std::string& file : flags.service_configs) {
    absl::StatusOr<ServiceConfig> config = LoadServiceConfig(file);
    if (config.ok()) {
      Merge(*std::move(config), &merged);
    } else {
      faults.Add("", config.status());
    }
  }
  if (absl::Status status = faults.ToStatus(); !status.ok()) return status;
  return merged;
}

absl::StatusOr<std::vector<ServiceRoute>> ChooseRoutes(const GatewayFlags& flags,
                                                       const std::vector<ServiceRoute>& linked,
                                                       const DescriptorSet* set) {
  absl::StatusOr<std::vector<ServiceRoute>> routes = AllRoutes(linked, flags.services, set);
  if (!routes.ok()) return routes;
  if (absl::Status s = ApplyServiceConfig(flags, set, &*routes); !s.ok()) return s;
  // A service config may name RPCs of services that are not selected.
  std::vector<std::string> services = flags.services;
  routes = TakeRoutesOf(*routes, &services);
  if (routes->empty()) return NoRoutes(flags);
  return routes;
}

std::vector<RouteRow> RowsOf(const std::vector<ServiceRoute>& routes,
                             const std::vector<BackendChoice>& backends) {
  std::vector<RouteRow> rows;
  for (const ServiceRoute& route : routes) {
    const Rule& rule = route.rule;
    rows.push_back({rule.http_method, rule.path, std::string(absl::StripPrefix(route.rpc, "/")),
                    TargetOf(route.rpc, backends), rule.body, rule.response_body});
  }
  return rows;
}

std::string Summary(const GatewayFlags& flags, const std::vector<ServiceRoute>& routes,
                    const std::vector<std::string>& urls) {
  std::set<absl::string_view> services;
  for (const ServiceRoute& route : routes) {
    services.insert(ServiceOf(route.rpc));
  }
  std::vector<std::string> targets;
  for (const BackendChoice& backend : flags.backend.backends) targets.push_back(backend.target);
  return absl::StrCat(
      "serving ", Counted(routes.size(), "route"), " of ", Counted(services.size(), "service"),
      " on ", absl::StrJoin(urls, " "), ", from ", absl::StrJoin(targets, " "),
      flags.config.empty() ? "" : absl::StrCat(", with the flags of ", flags.config));
}

}  // namespace trestle
