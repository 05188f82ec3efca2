// The checks of paths and methods. Each says what is wrong with a rule and what to do, as
// the end of a sentence that begins `GET "/v1/{name}" …`; "" if nothing is.

#ifndef TRESTLE_CODEGEN_LINT_ROUTES_H_
#define TRESTLE_CODEGEN_LINT_ROUTES_H_

#include <string>

#include "trestle/codegen/lint/site.h"

namespace trestle {
namespace codegen {

// Another rule takes the same requests (D2).
std::string SameShape(const Site& site);

// Others take every request before it, but for paths with an empty segment.
//
// By D1 only a template with "**" can be hidden. One without is the best for paths whose
// "*" are texts that no other template has: where another template differs first, it has
// "*" for a literal or "**" for "*". And a "**" that gets no segments, or any number of such
// texts, can lose to "*" in its place alone. So each number of segments up to the longest
// template's is tried; beyond it nothing changes. What takes only some of the paths ("/v1/a"
// beside "/v1/*") hides nothing, and neither do routes of other methods, with a verb, or
// with a longer tail; the same shape is SameShape's. A "*" as the method is hidden by "*"
// alone, for there is always one more method. Other rules of the same RPC count.
std::string HiddenRoute(const Site& site);

// A path spelled as the template has another verb (R12): "/v1/{name=a:b}" where a rule with
// the verb "b" takes "/v1/a", or the verb "x:y", which only "x%3Ay" spells. Templates with
// "**" are not looked at for the former.
std::string MisreadColon(const Site& site);

// Segments go on behind "**" (R8).
std::string RestNotLast(const Site& site);

// A "*" outside of variables: no field says what a client puts there.
std::string UnnamedWildcard(const Site& site);

// A custom kind that is a usual method but for its case (RFC 9110 9.1).
std::string MethodCase(const Site& site);

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_LINT_ROUTES_H_
