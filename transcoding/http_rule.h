// The google.api.http annotations of an RPC.

#ifndef TRESTLE_TRANSCODING_HTTP_RULE_H_
#define TRESTLE_TRANSCODING_HTTP_RULE_H_

#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"
#include "trestle/transcoding/rule.h"

namespace trestle {

// Returns the rules in the annotation of `rpc`, additional_bindings after the first one (R3), or an
// empty list if there is no annotation. Works for linked types and for descriptor sets, because it
// reads the option from the pool of `rpc`. Fails with InvalidArgument for a malformed annotation:
// without a pattern, or with nested additional_bindings (R4).
absl::StatusOr<std::vector<Rule>> RulesOf(const google::protobuf::MethodDescriptor& rpc);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_HTTP_RULE_H_
