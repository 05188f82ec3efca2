// The named checks of a health page, and the page that they make.

#ifndef TRESTLE_SERVER_ADMIN_HEALTH_CHECK_H_
#define TRESTLE_SERVER_ADMIN_HEALTH_CHECK_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace trestle {

// One check and its result.
struct HealthCheck {
  std::string name;     // "loop 0"
  std::string problem;  // a sentence without a full stop; empty if the check has passed
  // The problem without addresses, for pages that any client can read.
  std::string public_problem;
  bool is_required = true;  // the page fails if this check has failed
};

// How much a page shows.
enum class HealthDetail {
  kPublic,    // the problems without addresses
  kProblems,  // the problems
  kAll,       // each check by its name, with its result
};

// The text/plain page of the checks, and its HTTP status.
struct HealthPage {
  int status;  // 200, or 503 if a required check has failed
  std::string text;
};

// Returns the page `name`, "readyz", of `checks`. It is "ok" if all required checks have passed,
// and otherwise has one line for each that has failed. With kAll it has a line for each check,
// "[+]loop 0: ok", "[-]loop 1: PROBLEM" or, if it is not required, "[~]NAME: PROBLEM", and in the
// end "readyz passed" or "readyz failed".
HealthPage MakeHealthPage(absl::string_view name, const std::vector<HealthCheck>& checks,
                          HealthDetail detail);

}  // namespace trestle

#endif  // TRESTLE_SERVER_ADMIN_HEALTH_CHECK_H_
