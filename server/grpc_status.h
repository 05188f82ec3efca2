// A gRPC status as the rest of the server knows it.

#ifndef TRESTLE_SERVER_GRPC_STATUS_H_
#define TRESTLE_SERVER_GRPC_STATUS_H_

#include <cstddef>

#include "absl/status/status.h"

namespace grpc {
class ClientContext;
class Status;
}  // namespace grpc

namespace trestle {

// The status that a call over `context` ended with, whose last message to the backend was
// `sent_size` bytes. What the backend answered keeps its code and message, with its
// grpc-status-details-bin as the payload kStatusDetailsUrl (R85). What gRPC found on this
// side keeps its code and gets a message that does not tell of gRPC; an answer beyond
// the limit is HTTP's 502, and a message to send beyond it 413 (D11). A backend whose TLS is
// not as it should be is Unavailable, with a message that says so and names nobody.
absl::Status FromGrpcStatus(const grpc::Status& status, const grpc::ClientContext& context,
                            size_t sent_size);

// The statuses of calls that end on this side before gRPC has completed them.
absl::Status CallCancelled();
absl::Status CallTimedOut();

}  // namespace trestle

#endif  // TRESTLE_SERVER_GRPC_STATUS_H_
