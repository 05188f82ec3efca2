// What a check of one rule may know.

#ifndef TRESTLE_CODEGEN_LINT_SITE_H_
#define TRESTLE_CODEGEN_LINT_SITE_H_

#include "trestle/codegen/api.h"
#include "trestle/transcoding/binding.h"
#include "trestle/transcoding/http_rule.h"

namespace trestle {
namespace codegen {

class RouteTable;

// A rule, whose it is, and what it resolves to.
struct Site {
  const Method* method = nullptr;
  const Rule* rule = nullptr;
  Binding binding;
  const RouteTable* routes = nullptr;  // all rules of the run, this one too
};

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_LINT_SITE_H_
