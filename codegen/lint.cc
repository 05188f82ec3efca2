#include "trestle/codegen/lint.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "trestle/codegen/location.h"
#include "trestle/transcoding/path_template.h"

namespace trestle {
namespace codegen {
namespace {

using google::protobuf::MethodDescriptor;

bool HasRestBeforeEnd(const PathTemplate& path) {
  for (size_t i = 0; i + 1 < path.segments.size(); ++i) {
    if (path.segments[i].kind == PathTemplate::Segment::kRest) return true;
  }
  return false;
}

// Equal for rules that take the same requests: "GET /v1/shelves/*".
std::string Shape(const std::string& http_method, PathTemplate path) {
  path.variables.clear();
  return absl::StrCat(http_method, " ", ToString(path));
}

class Linter {
 public:
  void Visit(const Method& method) {
    for (const Rule& rule : method.rules) {
      absl::StatusOr<PathTemplate> path = ParsePathTemplate(rule.path);
      if (!path.ok()) continue;  // BuildApi has refused it.
      if (HasRestBeforeEnd(*path)) WarnOfRest(*method.desc, rule);
      CheckShape(*method.desc, rule, *std::move(path));
    }
  }

  std::vector<Warning> TakeWarnings() { return std::move(warnings_); }

 private:
  void CheckShape(const MethodDescriptor& rpc, const Rule& rule, PathTemplate path) {
    const auto [entry, is_new] =
        rpc_of_shape_.emplace(Shape(rule.http_method, std::move(path)), &rpc);
    if (is_new) return;
    Warn("same-shape", rpc,
         absl::StrCat(rule.http_method, " \"", rule.path, "\" takes the same requests as ",
                      &rpc == entry->second ? "another rule of it" : entry->second->full_name(),
                      "; a gateway cannot serve both"));
  }

  void WarnOfRest(const MethodDescriptor& rpc, const Rule& rule) {
    Warn("rest-not-last", rpc,
         absl::StrCat("path template \"", rule.path,
                      "\" goes on after \"**\"; "
                      "other gateways may not take it"));
  }

  void Warn(absl::string_view name, const MethodDescriptor& rpc, absl::string_view what) {
    warnings_.push_back(
        {std::string(name), absl::StrCat(RuleLocation(rpc), ": ", rpc.full_name(), ": ", what)});
  }

  absl::flat_hash_map<std::string, const MethodDescriptor*> rpc_of_shape_;
  std::vector<Warning> warnings_;
};

}  // namespace

std::vector<Warning> Lint(const std::vector<Api>& apis) {
  Linter linter;
  for (const Api& api : apis) {
    for (const Service& service : api.services) {
      for (const Method& method : service.methods) linter.Visit(method);
    }
  }
  return linter.TakeWarnings();
}

}  // namespace codegen
}  // namespace trestle
