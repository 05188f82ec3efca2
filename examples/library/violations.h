// The fields of a request that break a rule, gathered so that one answer names them all.

#ifndef TRESTLE_EXAMPLES_LIBRARY_VIOLATIONS_H_
#define TRESTLE_EXAMPLES_LIBRARY_VIOLATIONS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "google/rpc/error_details.pb.h"

namespace library {

class Violations {
 public:
  // `field` is a path in the request, "book.pages"; `description` says what is wrong with
  // it, to be read after the path: "must not be negative".
  void Add(absl::string_view field, absl::string_view description);

  // Adds each field of `message` that is annotated REQUIRED and not set. `path` is that of
  // `message` in the request: "" for the request itself.
  void AddMissing(const google::protobuf::Message& message, absl::string_view path);

  // OK if there are none; else InvalidArgument with a google.rpc.BadRequest.
  absl::Status ToStatus() const;

 private:
  google::rpc::BadRequest bad_request_;
};

}  // namespace library

#endif  // TRESTLE_EXAMPLES_LIBRARY_VIOLATIONS_H_
