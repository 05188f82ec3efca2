// The log messages of gRPC and protobuf.

#ifndef TRESTLE_SERVER_GRPC_GRPC_LOG_H_
#define TRESTLE_SERVER_GRPC_GRPC_LOG_H_

namespace trestle {

// Redirects the messages that gRPC and protobuf write to stderr to the default log, at debug level:
// responses already report failures, and gRPC reports an unreachable backend at each attempt to
// connect. If the level of the default log is debug, gRPC reports each attempt with its address and
// outcome.
void SendLibraryLogsToDefaultLog();

}  // namespace trestle

#endif  // TRESTLE_SERVER_GRPC_GRPC_LOG_H_
