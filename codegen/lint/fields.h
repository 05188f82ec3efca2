// The check of what an RPC's rules leave out.

#ifndef TRESTLE_CODEGEN_LINT_FIELDS_H_
#define TRESTLE_CODEGEN_LINT_FIELDS_H_

#include <string>

#include "absl/types/span.h"
#include "trestle/codegen/lint/site.h"

namespace trestle {
namespace codegen {

// The request's fields that no rule of the RPC carries: `sites` are all of its rules.
// "" if there are none, else what to do too, as the end of a sentence that begins with the
// RPC.
//
// A rule carries what is in its path and in its body, and in the query all but repeated
// messages, maps of messages (R28, D9), Struct, ListValue, and a message that has no fields
// and so nothing to name. Of a message that occurs in several places, itself included, the
// first is looked into. Not meant are fields that clients do not set: deprecated ones, and
// those of OUTPUT_ONLY (AIP-203).
std::string UnboundField(absl::Span<const Site> sites);

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_LINT_FIELDS_H_
