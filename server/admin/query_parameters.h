// The query of a request to an admin page.

#ifndef TRESTLE_SERVER_ADMIN_QUERY_PARAMETERS_H_
#define TRESTLE_SERVER_ADMIN_QUERY_PARAMETERS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace trestle {

// Returns the decoded parameters of `query` by their names: "a=1&b" has a, "1", and b, "". Fails
// with InvalidArgument for a malformed escape, a name that is repeated, and one that is not in
// `known`.
absl::StatusOr<std::map<std::string, std::string>> ReadParameters(
    absl::string_view query, const std::vector<absl::string_view>& known);

}  // namespace trestle

#endif  // TRESTLE_SERVER_ADMIN_QUERY_PARAMETERS_H_
