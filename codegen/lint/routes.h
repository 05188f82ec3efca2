// Checks of paths and methods. Each returns the problem with a rule and a remedy, as the end of a
// sentence that starts with `GET "/v1/{name}"`, or "" if there is none.

#ifndef TRESTLE_CODEGEN_LINT_ROUTES_H_
#define TRESTLE_CODEGEN_LINT_ROUTES_H_

#include <string>

#include "trestle/codegen/lint/site.h"

namespace trestle {
namespace codegen {

// Finds another rule that matches the same requests (D2).
std::string SameShape(const Site& site);

// Finds other rules that take precedence for all requests, except for paths with an empty segment.
// Other rules of the same RPC count. Rules of other methods, with another verb or with a longer
// tail do not hide a route, nor does a rule that matches only some of the paths ("/v1/a" and
// "/v1/*"). A rule of the same shape is reported by SameShape. Only "*" as the method hides "*",
// because there is always another method.
std::string HiddenRoute(const Site& site);

// Finds a template whose own spelling is read with another verb (R12): "/v1/{name=a:b}" if a rule
// with the verb "b" matches "/v1/a" (not checked for templates with "**"), or the verb "x:y", which
// matches only "x%3Ay".
std::string MisreadColon(const Site& site);

// Finds segments after "**" (R8).
std::string RestNotLast(const Site& site);

// Finds a "*" outside variables, for which a client has no value.
std::string UnnamedWildcard(const Site& site);

// Finds a custom kind that differs from a common method only in case (RFC 9110 9.1).
std::string MethodCase(const Site& site);

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_LINT_ROUTES_H_
