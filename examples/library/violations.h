// Collects the fields of a request that violate a rule, so that one response names all of them.

#ifndef TRESTLE_EXAMPLES_LIBRARY_VIOLATIONS_H_
#define TRESTLE_EXAMPLES_LIBRARY_VIOLATIONS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "google/rpc/error_details.pb.h"

namespace library {

class Violations {
 public:
  // `field` is a path in the request, "book.pages"; `description` follows the path in a sentence:
  // "must not be negative".
  void Add(absl::string_view field, absl::string_view description);

  // Adds each field of `message` that is REQUIRED and not set. `path` is the path of `message` in
  // the request, "" for the request itself.
  void AddMissing(const google::protobuf::Message& message, absl::string_view path);

  // Returns OK if there are no violations, otherwise InvalidArgument with a google.rpc.BadRequest.
  absl::Status ToStatus() const;

 private:
  google::rpc::BadRequest bad_request_;
};

}  // namespace library

#endif  // TRESTLE_EXAMPLES_LIBRARY_VIOLATIONS_H_
