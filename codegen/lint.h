// What is allowed and yet is hardly meant: what no client could ever call, or would call
// wrongly. docs/lint.md has an example of each.

#ifndef TRESTLE_CODEGEN_LINT_H_
#define TRESTLE_CODEGEN_LINT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "trestle/codegen/api.h"

namespace trestle {
namespace codegen {

struct Warning {
  absl::string_view name;  // stable: one of WarningNames()
  // Where, of which RPC, field or enum value, what is wrong and what to do:
  // "library.proto:12:5: library.v1.LibraryService.GetBook: GET "/v1/{name}" …"
  std::string text;
};

// The names of all warnings, sorted.
std::vector<absl::string_view> WarningNames();

// InvalidArgument, listing the known ones, for a name of `allowed` that no warning has.
absl::Status CheckWarningNames(const std::vector<std::string>& allowed);

// The warnings about `apis`, which one gateway is taken to serve together, without those
// named in `allowed`. In the order of `apis`; of each first its RPCs, then its messages, in
// the order of the file. The work is linear in the number of rules, but for a "**": it is
// tried with as many segments as the longest template has.
std::vector<Warning> Lint(const std::vector<Api>& apis, const std::vector<std::string>& allowed);

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_LINT_H_
