#include "trestle/codegen/faults.h"

#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace trestle {
namespace codegen {

void Faults::Add(std::string line) {
  if (!absl::c_linear_search(lines_, line)) lines_.push_back(std::move(line));
}

void Faults::Add(const absl::Status& status) {
  if (status.ok()) return;
  for (absl::string_view line : absl::StrSplit(status.message(), '\n')) Add(std::string(line));
}

absl::Status Faults::ToStatus() const {
  if (lines_.empty()) return absl::OkStatus();
  const absl::string_view errors = lines_.size() == 1 ? " error" : " errors";
  return absl::InvalidArgumentError(
      absl::StrCat(lines_.size(), errors, "\n", absl::StrJoin(lines_, "\n")));
}

}  // namespace codegen
}  // namespace trestle
