// The google.api.http annotations of an RPC.

#ifndef TRESTLE_TRANSCODING_HTTP_RULE_H_
#define TRESTLE_TRANSCODING_HTTP_RULE_H_

#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"
#include "trestle/transcoding/rule.h"

namespace trestle {

// The rules that `rpc` is annotated with, additional_bindings after the first (R3);
// none when it has no annotation. Reads the option through `rpc`'s own pool, so it
// works for linked types and for descriptor sets alike. InvalidArgument for an
// annotation that is not well formed: no pattern, nested additional_bindings (R4).
absl::StatusOr<std::vector<Rule>> RulesOf(const google::protobuf::MethodDescriptor& rpc);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_HTTP_RULE_H_
