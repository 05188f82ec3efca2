// The messages of gRPC and protobuf.

#ifndef TRESTLE_SERVER_GRPC_GRPC_LOG_H_
#define TRESTLE_SERVER_GRPC_GRPC_LOG_H_

namespace trestle {

// From now on, what gRPC and protobuf would write to stderr goes to the default log, at debug
// level: the response of a request says what failed, and gRPC would report an unreachable backend
// again at each attempt to connect. If the default log has the level debug, it is made to report
// each attempt, with the address and the outcome.
void SendLibraryLogsToDefaultLog();

}  // namespace trestle

#endif  // TRESTLE_SERVER_GRPC_GRPC_LOG_H_
