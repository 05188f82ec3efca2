#include "trestle/server/admin/health_check.h"

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"

namespace trestle {
namespace {

bool HasFailed(const HealthCheck& check) { return check.is_required && !check.problem.empty(); }

void AppendCheck(const HealthCheck& check, std::string* text) {
  if (check.problem.empty()) {
    absl::StrAppend(text, "[+]", check.name, ": ok\n");
  } else {
    absl::StrAppend(text, check.is_required ? "[-]" : "[~]", check.name, ": ", check.problem, "\n");
  }
}

}  // namespace

HealthPage MakeHealthPage(absl::string_view name, const std::vector<HealthCheck>& checks,
                          HealthDetail detail) {
  const bool has_failed = absl::c_any_of(checks, HasFailed);
  HealthPage page{has_failed ? 503 : 200, ""};
  if (detail == HealthDetail::kAll) {
    for (const HealthCheck& check : checks) AppendCheck(check, &page.text);
    absl::StrAppend(&page.text, name, has_failed ? " failed\n" : " passed\n");
    return page;
  }
  for (const HealthCheck& check : checks) {
    if (!HasFailed(check)) continue;
    const bool is_public = detail == HealthDetail::kPublic;
    absl::StrAppend(&page.text, is_public ? check.public_problem : check.problem, "\n");
  }
  if (!has_failed) page.text = "ok\n";
  return page;
}

}  // namespace trestle
