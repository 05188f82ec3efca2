// Converts the status of a gRPC call.

#ifndef TRESTLE_SERVER_GRPC_GRPC_STATUS_H_
#define TRESTLE_SERVER_GRPC_GRPC_STATUS_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace grpc {
class ClientContext;
class Status;
}  // namespace grpc

namespace trestle {

// The facts about an ended call that this side knows.
struct GrpcCallFacts {
  absl::string_view method;  // "/pkg.Service/Method"
  size_t sent_size = 0;      // bytes of the last message to the backend
  // The limit of the channel for messages that it receives, and ours for them; 0: not known.
  size_t channel_max_message = 0;
  size_t max_message = 0;
  size_t max_sent_message = 0;
};

// Returns the status of a call over `context` that gRPC has completed.
//
// A status that the backend sent keeps its code and message, with its grpc-status-details-bin as
// the payload kStatusDetailsUrl (R85); UNIMPLEMENTED without a message gets one that names the
// method. Everything that gRPC itself reports becomes a status with another message, which names no
// address and no part of gRPC (R88):
//
// - 502 for a response that breaks HTTP/2 or gRPC, has an HTTP status other than 200, is truncated,
//   is compressed or exceeds our limit (D11);
// - Unavailable when the backend cannot be reached, or the connection was lost or the call refused;
// - DeadlineExceeded and Cancelled for the call's own deadline and cancellation;
// - 413 for a request above our limit for sent messages.
absl::Status FromGrpcStatus(const grpc::Status& status, const grpc::ClientContext& context,
                            const GrpcCallFacts& facts);

// Returns true if the call could not be sent because no connection to the backend could be made.
bool IsUnreachable(const grpc::Status& status, const grpc::ClientContext& context);

// The statuses of calls that end on this side before gRPC has completed them.
absl::Status CallCancelled();
absl::Status CallTimedOut();

}  // namespace trestle

#endif  // TRESTLE_SERVER_GRPC_GRPC_STATUS_H_
