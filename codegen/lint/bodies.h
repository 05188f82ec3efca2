// Checks of bodies and variables. Each returns the problem with a rule and a remedy, as the end of
// a sentence that starts with `PATCH "/v1/{name}"`, or "" if there is none.

#ifndef TRESTLE_CODEGEN_LINT_BODIES_H_
#define TRESTLE_CODEGEN_LINT_BODIES_H_

#include <string>

#include "trestle/codegen/lint/site.h"

namespace trestle {
namespace codegen {

// Finds a body of GET or HEAD (RFC 9110 9.3.1, AIP-131): a browser's fetch() refuses to send it,
// and caches and proxies drop it.
std::string BodyOnGet(const Site& site);

// Finds a body of DELETE (RFC 9110 9.3.5, AIP-135). It has no defined meaning for proxies and load
// balancers, and some drop it or refuse the request, but clients can send it. It therefore has its
// own name, which users can allow.
std::string BodyOnDelete(const Site& site);

// Finds a PATCH with body "*" whose request has an update mask and a message to update: the mask is
// not filled (D10), and AIP-134 requires the message as the body. A `read_mask` is not an update
// mask.
std::string PatchMask(const Site& site);

// Finds a variable that never matches a value of its field: "{count=items/*}" for an int32.
std::string ImpossibleVariable(const Site& site);

// Finds a List method (AIP-158) whose response_body omits the token of the next page.
std::string HiddenPageToken(const Site& site);

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_LINT_BODIES_H_
