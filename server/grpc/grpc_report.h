// Distinguishes the errors that gRPC itself reports from those that backends send.

#ifndef TRESTLE_SERVER_GRPC_GRPC_REPORT_H_
#define TRESTLE_SERVER_GRPC_GRPC_REPORT_H_

#include <grpcpp/support/status.h>

namespace trestle {

// What happened to a call that gRPC ended by itself.
enum class GrpcReport {
  kNone,  // the message is not one of gRPC's
  kCancelled,
  kTimedOut,
  kUnreachable,       // no connection could be made
  kLost,              // the connection, or it was closed by the backend
  kMalformed,         // the response breaks HTTP/2 or gRPC, or is cut off
  kHttpStatus,        // other than 200; the message ends with it
  kReset,             // RST_STREAM; the message ends with the HTTP/2 error code
  kUndecodable,       // a compressed message, although compression was not requested
  kMetadataTooLarge,  // above the limit of gRPC
  kMessageTooLarge,   // "(size vs. limit)"
  kSentTooLarge,      // "(size vs. limit)"
};

// Returns true if gRPC never generates a status with `code`: a backend has sent it.
bool IsNeverOfGrpc(grpc::StatusCode code);

// Classifies the message of `status`, which is not OK, by a table of gRPC's messages and of those
// of the system and the TLS library that it passes on. A message that is not in the table but
// speaks of transports or addresses counts as gRPC's, too.
//
// gRPC (1.51) reports its own statuses as if the backend had sent them ("Error received from
// peer"), so that only the messages distinguish them. Some codes it never generates: for those the
// result is kNone.
GrpcReport ClassifyGrpcStatus(const grpc::Status& status);

}  // namespace trestle

#endif  // TRESTLE_SERVER_GRPC_GRPC_REPORT_H_
