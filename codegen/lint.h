// What is allowed and yet is hardly meant.

#ifndef TRESTLE_CODEGEN_LINT_H_
#define TRESTLE_CODEGEN_LINT_H_

#include <string>
#include <vector>

#include "trestle/codegen/api.h"

namespace trestle {
namespace codegen {

struct Warning {
  std::string name;  // stable: "same-shape", "rest-not-last"
  std::string text;  // "library.proto:12:5: library.v1.LibraryService.GetBook: …"
};

// The warnings about the RPCs of `apis`, which one gateway is taken to serve together:
//   rest-not-last  "**" is followed by more than a verb (R8)
//   same-shape     two rules that take the same requests (D2): a gateway refuses them
std::vector<Warning> Lint(const std::vector<Api>& apis);

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_LINT_H_
