// The input of the checks of one rule.

#ifndef TRESTLE_CODEGEN_LINT_SITE_H_
#define TRESTLE_CODEGEN_LINT_SITE_H_

#include "trestle/codegen/api.h"
#include "trestle/transcoding/binding.h"
#include "trestle/transcoding/rule.h"

namespace trestle {
namespace codegen {

class RouteTable;

// A rule with its RPC and the binding that it resolves to.
struct Site {
  const Method* method = nullptr;
  const Rule* rule = nullptr;
  Binding binding;
  const RouteTable* routes = nullptr;  // all rules of the run, including this one
};

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_LINT_SITE_H_
