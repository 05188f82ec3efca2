// What can go wrong in a library, said with google.rpc's error details.

#ifndef TRESTLE_EXAMPLES_LIBRARY_ERROR_H_
#define TRESTLE_EXAMPLES_LIBRARY_ERROR_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "grpcpp/support/status.h"

namespace library {

// `status` with `detail` as a payload under its type URL. ToGrpc sends it along.
absl::Status WithDetail(absl::Status status, const google::protobuf::Message& detail);

// NotFound and AlreadyExists for the shelf or book `name`, with a ResourceInfo.
absl::Status NotFound(absl::string_view name);
absl::Status AlreadyExists(absl::string_view name);

// FailedPrecondition for a shelf that cannot go because of its books, with a
// PreconditionFailure.
absl::Status ShelfNotEmpty(absl::string_view name);

// Aborted for a change to a state of `name` that is no longer its state (AIP-154), with
// an ErrorInfo.
absl::Status EtagMismatch(absl::string_view name, absl::string_view etag);

// Unavailable while another program has the database locked, with a RetryInfo.
absl::Status DatabaseLocked();

// The same status for gRPC, its payloads as details.
grpc::Status ToGrpc(const absl::Status& status);

}  // namespace library

#endif  // TRESTLE_EXAMPLES_LIBRARY_ERROR_H_
