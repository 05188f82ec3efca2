// A Rule with every name resolved against its messages, so that serving a request
// looks nothing up by name and cannot fail by name.

#ifndef TRESTLE_TRANSCODING_BINDING_H_
#define TRESTLE_TRANSCODING_BINDING_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/codec/schema.h"
#include "trestle/transcoding/field_path.h"
#include "trestle/transcoding/http_rule.h"
#include "trestle/transcoding/path_template.h"

namespace trestle {

// What of a message the HTTP body is.
struct BodyRule {
  enum Kind { kNone, kWhole, kField };
  Kind kind = kNone;
  const Field* field = nullptr;  // of a kField
};

struct Binding {
  std::string http_method;
  PathTemplate path;
  std::vector<FieldPath> variables;  // parallel to path.variables
  BodyRule request_body;
  BodyRule response_body;  // kWhole or kField
  const Schema* request = nullptr;
  const Schema* response = nullptr;
  const Field* update_mask = nullptr;  // what a PATCH's body fills (D10), or null
  // What the path binds inside the body field, from there: "name" of `{book.name}`.
  std::vector<std::string> bound_in_body;
  // Whether the body could set another member of a oneof than the path does (R34).
  bool body_may_choose = false;
};

// Resolves `rule`. InvalidArgument names the method, the template or the field that is
// wrong: R2, R5, R9, R13, R15, R35, R38. The schemas must outlive the binding.
absl::StatusOr<Binding> Bind(const Rule& rule, const Schema& request, const Schema& response);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_BINDING_H_
