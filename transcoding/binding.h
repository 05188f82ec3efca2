// A Rule with every name resolved against its messages, so that serving a request does not look up
// names and cannot fail because of one.

#ifndef TRESTLE_TRANSCODING_BINDING_H_
#define TRESTLE_TRANSCODING_BINDING_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "trestle/transcoding/codec/schema.h"
#include "trestle/transcoding/field_path.h"
#include "trestle/transcoding/path_template.h"
#include "trestle/transcoding/rule.h"

namespace trestle {

// The part of a message that the HTTP body carries.
struct BodyRule {
  enum Kind { kNone, kWhole, kField };
  Kind kind = kNone;
  const Field* field = nullptr;  // for kField
};

// One HTTP rule of an RPC, resolved.
struct Binding {
  std::string http_method;
  PathTemplate path;
  std::vector<FieldPath> variables;  // parallel to path.variables
  BodyRule request_body;
  BodyRule response_body;  // kWhole or kField
  const Schema* request = nullptr;
  const Schema* response = nullptr;
  const Field* update_mask = nullptr;  // the mask that the body of a PATCH implies (D10), or null
  // The fields that the path binds inside the body field, relative to it: "name" for `{book.name}`.
  std::vector<std::string> bound_in_body;
  // True if the body can set another member of a oneof than the path does (R34).
  bool body_may_choose = false;
};

// Resolves `rule`. Fails with InvalidArgument, naming the method, the template or the field that is
// wrong (R2, R5, R9, R13, R15, R35, R38). The schemas must outlive the binding.
absl::StatusOr<Binding> Bind(const Rule& rule, const Schema& request, const Schema& response);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_BINDING_H_
