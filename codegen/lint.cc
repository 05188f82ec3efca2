#include "trestle/codegen/lint.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"
#include "trestle/codegen/lint/bodies.h"
#include "trestle/codegen/lint/fields.h"
#include "trestle/codegen/lint/names.h"
#include "trestle/codegen/lint/route_table.h"
#include "trestle/codegen/lint/routes.h"
#include "trestle/codegen/lint/site.h"
#include "trestle/codegen/location.h"
#include "trestle/transcoding/binding.h"
#include "trestle/transcoding/codec/schema.h"

namespace trestle {
namespace codegen {
namespace {

// Each check describes the problem with one rule, or returns "".
constexpr struct {
  absl::string_view name;
  std::string (*check)(const Site&);
} kRuleChecks[] = {
    {"same-shape", SameShape},
    {"hidden-route", HiddenRoute},
    {"misread-colon", MisreadColon},
    {"rest-not-last", RestNotLast},
    {"unnamed-wildcard", UnnamedWildcard},
    {"method-case", MethodCase},
    {"impossible-variable", ImpossibleVariable},
    {"body-on-get", BodyOnGet},
    {"body-on-delete", BodyOnDelete},
    {"patch-mask", PatchMask},
    {"hidden-page-token", HiddenPageToken},
};

// Each check describes the problem with all rules of one RPC together, or returns "".
constexpr struct {
  absl::string_view name;
  std::string (*check)(absl::Span<const Site>);
} kRpcChecks[] = {
    {"unbound-field", UnboundField},
};

// Each check describes the problems with the messages and enums of one file.
constexpr struct {
  absl::string_view name;
  void (*check)(const google::protobuf::FileDescriptor&, std::vector<Finding>*);
} kFileChecks[] = {
    {"json-name-collision", JsonNameCollision},
    {"enum-name-collision", EnumNameCollision},
};

// Describes the problem with a service, or returns "".
std::string NoRule(const Service& service) {
  const auto has_rules = [](const Method& method) { return !method.rules.empty(); };
  if (service.methods.empty() || absl::c_any_of(service.methods, has_rules)) return "";
  const std::string who = service.methods.size() == 1
                              ? absl::StrCat(service.methods[0].desc->name(), " has no")
                              : absl::StrCat("none of its ", service.methods.size(), " RPCs has a");
  return absl::StrCat(who, " google.api.http rule, so that no request reaches it; add rules or ",
                      "set generate_unbound_methods");
}

constexpr struct {
  absl::string_view name;
  std::string (*check)(const Service&);
} kServiceChecks[] = {
    {"no-rule", NoRule},
};

using RpcSites = std::vector<Site>;  // an RPC's rules

class Linter {
 public:
  explicit Linter(const google::protobuf::DescriptorPool* pool) : schemas_(pool) {}

  // Adds the rules of a file. All files must be added before the first one is checked.
  void Add(const Api& api) {
    for (const Service& service : api.services) {
      for (const Method& method : service.methods) Add(method);
    }
  }

  void Check(const Api& api) {
    for (const Service& service : api.services) {
      for (const auto& check : kServiceChecks) {
        const std::string what = check.check(service);
        if (what.empty()) continue;
        Warn(check.name, LocationOf(*service.desc),
             absl::StrCat(service.desc->full_name(), ": ", what));
      }
      for (size_t i = 0; i < service.methods.size(); ++i) Check(rpcs_[next_rpc_++]);
    }
    for (const auto& check : kFileChecks) {
      std::vector<Finding> findings;
      check.check(*api.file, &findings);
      for (const Finding& finding : findings) Warn(check.name, finding.place, finding.text);
    }
  }

  std::vector<Warning> TakeWarnings() { return std::move(warnings_); }

 private:
  void Add(const Method& method) {
    RpcSites& sites = rpcs_.emplace_back();
    const Schema& request = schemas_.Get(*method.desc->input_type());
    const Schema& response = schemas_.Get(*method.desc->output_type());
    for (const Rule& rule : method.rules) {
      absl::StatusOr<Binding> binding = Bind(rule, request, response);
      if (binding.ok()) sites.push_back({&method, &rule, *std::move(binding), &routes_});
    }
    for (const Site& site : sites) routes_.Add(&site);
  }

  void Check(const RpcSites& sites) {
    for (const Site& site : sites) {
      for (const auto& check : kRuleChecks) {
        const std::string what = check.check(site);
        if (what.empty()) continue;
        WarnOf(check.name, *site.method,
               absl::StrCat(site.rule->http_method, " \"", site.rule->path, "\" ", what));
      }
    }
    for (const auto& check : kRpcChecks) {
      const std::string what = check.check(sites);
      if (!what.empty()) WarnOf(check.name, *sites[0].method, what);
    }
  }

  void WarnOf(absl::string_view name, const Method& method, absl::string_view what) {
    Warn(name, method.location, absl::StrCat(method.desc->full_name(), ": ", what));
  }

  void Warn(absl::string_view name, absl::string_view place, absl::string_view text) {
    warnings_.push_back({name, absl::StrCat(place, ": ", text)});
  }

  SchemaPool schemas_;
  RouteTable routes_;
  std::deque<RpcSites> rpcs_;  // in order; routes_ points into it
  size_t next_rpc_ = 0;
  std::vector<Warning> warnings_;
};

}  // namespace

std::vector<absl::string_view> WarningNames() {
  std::vector<absl::string_view> names;
  for (const auto& check : kServiceChecks) names.push_back(check.name);
  for (const auto& check : kRuleChecks) names.push_back(check.name);
  for (const auto& check : kRpcChecks) names.push_back(check.name);
  for (const auto& check : kFileChecks) names.push_back(check.name);
  std::sort(names.begin(), names.end());
  return names;
}

absl::Status CheckWarningNames(const std::vector<std::string>& allowed) {
  const std::vector<absl::string_view> known = WarningNames();
  for (const std::string& name : allowed) {
    if (absl::c_linear_search(known, name)) continue;
    return absl::InvalidArgumentError(absl::StrCat("option allow: unknown warning \"", name,
                                                   "\"; the warnings are ",
                                                   absl::StrJoin(known, ", ")));
  }
  return absl::OkStatus();
}

std::vector<Warning> Lint(const std::vector<Api>& apis, const std::vector<std::string>& allowed) {
  if (apis.empty()) return {};
  Linter linter(apis.front().file->pool());
  for (const Api& api : apis) linter.Add(api);
  for (const Api& api : apis) linter.Check(api);
  std::vector<Warning> warnings = linter.TakeWarnings();
  const auto is_allowed = [&](const Warning& warning) {
    return absl::c_linear_search(allowed, warning.name);
  };
  warnings.erase(std::remove_if(warnings.begin(), warnings.end(), is_allowed), warnings.end());
  return warnings;
}

}  // namespace codegen
}  // namespace trestle
