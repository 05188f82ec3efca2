// The check for fields that no rule of an RPC can set.

#ifndef TRESTLE_CODEGEN_LINT_FIELDS_H_
#define TRESTLE_CODEGEN_LINT_FIELDS_H_

#include <string>

#include "absl/types/span.h"
#include "trestle/codegen/lint/site.h"

namespace trestle {
namespace codegen {

// Finds the fields of the request that no rule of an RPC can set; `sites` are all of its rules.
// Returns the problem and a remedy, as the end of a sentence that starts with the RPC, or "" if
// there is none.
//
// A rule sets the fields in its path and its body. All others are query parameters, except for
// repeated messages, maps of messages (R28, D9), Struct, ListValue, and messages without fields. If
// a message type occurs in several places, only the first one is examined. Fields that clients do
// not set are ignored: deprecated ones, and those that are OUTPUT_ONLY (AIP-203).
std::string UnboundField(absl::Span<const Site> sites);

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_LINT_FIELDS_H_
