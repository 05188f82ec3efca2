#include "trestle/server/admin/query_parameters.h"

#include <utility>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "trestle/transcoding/codec/quote.h"
#include "trestle/transcoding/percent.h"

namespace trestle {
namespace {

absl::Status Unknown(absl::string_view name, const std::vector<absl::string_view>& known) {
  const std::string rest = known.empty() ? "this page has no parameters"
                                         : absl::StrCat("expected ", absl::StrJoin(known, " or "));
  return absl::InvalidArgumentError(absl::StrCat("unknown parameter ", Quote(name), ": ", rest));
}

}  // namespace

absl::StatusOr<std::map<std::string, std::string>> ReadParameters(
    absl::string_view query, const std::vector<absl::string_view>& known) {
  std::map<std::string, std::string> parameters;
  for (const absl::string_view part : absl::StrSplit(query, '&', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> split =
        absl::StrSplit(part, absl::MaxSplits('=', 1));
    std::string name, value;
    if (!PercentDecode(split.first, Decode::kQuery, &name) ||
        !PercentDecode(split.second, Decode::kQuery, &value)) {
      return absl::InvalidArgumentError(
          absl::StrCat("malformed escape in the query parameter ", Quote(part)));
    }
    if (!absl::c_linear_search(known, name)) return Unknown(name, known);
    if (!parameters.emplace(name, std::move(value)).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("the parameter ", Quote(name), " is repeated"));
    }
  }
  return parameters;
}

}  // namespace trestle
