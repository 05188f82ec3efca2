// A google.api.HttpRule as text: all that generated code carries of a binding.

#ifndef TRESTLE_TRANSCODING_HTTP_RULE_H_
#define TRESTLE_TRANSCODING_HTTP_RULE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"

namespace trestle {

// One binding of an RPC, nothing resolved yet.
struct Rule {
  std::string http_method;         // "GET", or a custom kind; "*" is any method (R2)
  std::string path;                // the template
  std::string body = {};           // "" none, "*" all, or a request field (R35)
  std::string response_body = {};  // "" all, or a response field (R38)
};

// The rules that `rpc` is annotated with, additional_bindings after the first (R3);
// none when it has no annotation. Reads the option through `rpc`'s own pool, so it
// works for linked types and for descriptor sets alike. InvalidArgument for an
// annotation that is not well formed: no pattern, nested additional_bindings (R4).
absl::StatusOr<std::vector<Rule>> RulesOf(const google::protobuf::MethodDescriptor& rpc);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_HTTP_RULE_H_
