// What gRPC itself has to say.

#ifndef TRESTLE_SERVER_GRPC_LOG_H_
#define TRESTLE_SERVER_GRPC_LOG_H_

namespace trestle {

// From now on, what gRPC would write to stderr goes to the default log, as debugging: what it
// means for a request is in that request's answer, and a backend that is away would say it
// again at each attempt to connect.
void SendGrpcLogToDefaultLog();

}  // namespace trestle

#endif  // TRESTLE_SERVER_GRPC_LOG_H_
