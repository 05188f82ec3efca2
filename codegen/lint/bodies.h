// The checks of bodies and variables. Each says what is wrong with a rule and what to do,
// as the end of a sentence that begins `PATCH "/v1/{name}" …`; "" if nothing is.

#ifndef TRESTLE_CODEGEN_LINT_BODIES_H_
#define TRESTLE_CODEGEN_LINT_BODIES_H_

#include <string>

#include "trestle/codegen/lint/site.h"

namespace trestle {
namespace codegen {

// A body of GET or HEAD (RFC 9110 9.3.1, AIP-131): a browser's fetch() refuses to send it,
// caches and proxies drop it.
std::string BodyOnGet(const Site& site);

// A body of DELETE (RFC 9110 9.3.5, AIP-135). It has no meaning that proxies and load
// balancers know, and some drop it or refuse the request, but clients can send it: hence a
// name of its own, which one may allow.
std::string BodyOnDelete(const Site& site);

// A PATCH of everything with an update mask beside a message to update: the mask is not
// filled (D10), and AIP-134 wants the message as the body. A `read_mask` is none.
std::string PatchMask(const Site& site);

// A variable no text of which is a value of its field: "{count=items/*}" of an int32.
std::string ImpossibleVariable(const Site& site);

// A List method (AIP-158) whose answer is a field other than the token of the next page.
std::string HiddenPageToken(const Site& site);

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_LINT_BODIES_H_
