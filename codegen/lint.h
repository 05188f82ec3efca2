// Warnings about rules that are valid but probably not intended: rules that no client could call,
// or that clients would call wrongly. docs/lint.md has an example of each.

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
  // The location, the RPC, field or enum value, the problem and a remedy: "library.proto:12:5:
  // library.v1.LibraryService.GetBook: GET "/v1/{name}" …"
  std::string text;
};

// Returns the names of all warnings, sorted.
std::vector<absl::string_view> WarningNames();

// Returns InvalidArgument, which lists the valid names, if `allowed` has a name that no warning
// has.
absl::Status CheckWarningNames(const std::vector<std::string>& allowed);

// Returns the warnings about `apis`, assuming that one gateway serves all of them, without the
// warnings named in `allowed`. They are in the order of `apis`; for each, first those about its
// RPCs, then those about its messages, in the order of the file. The running time is linear in the
// number of rules, except that a "**" is tried with each number of segments up to that of the
// longest template.
std::vector<Warning> Lint(const std::vector<Api>& apis, const std::vector<std::string>& allowed);

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_LINT_H_
