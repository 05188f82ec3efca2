// The errors of the library, with google.rpc error details.

#ifndef TRESTLE_EXAMPLES_LIBRARY_ERROR_H_
#define TRESTLE_EXAMPLES_LIBRARY_ERROR_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "grpcpp/support/status.h"

namespace library {

// Returns `status` with `detail` as a payload under its type URL, which ToGrpc includes.
absl::Status WithDetail(absl::Status status, const google::protobuf::Message& detail);

// Return NotFound and AlreadyExists for the shelf or book `name`, with a ResourceInfo.
absl::Status NotFound(absl::string_view name);
absl::Status AlreadyExists(absl::string_view name);

// Returns FailedPrecondition for a shelf that cannot be deleted because of its books, with a
// PreconditionFailure.
absl::Status ShelfNotEmpty(absl::string_view name);

// Returns Aborted for a change based on an outdated state of `name` (AIP-154), with an ErrorInfo.
absl::Status EtagMismatch(absl::string_view name, absl::string_view etag);

// Returns Unavailable, for a database that another program has locked, with a RetryInfo.
absl::Status DatabaseLocked();

// Converts a status for gRPC, with its payloads as details.
grpc::Status ToGrpc(const absl::Status& status);

}  // namespace library

#endif  // TRESTLE_EXAMPLES_LIBRARY_ERROR_H_
