// From options to gRPC channels.

#ifndef TRESTLE_SERVER_GRPC_GRPC_CHANNEL_H_
#define TRESTLE_SERVER_GRPC_GRPC_CHANNEL_H_

#include <cstddef>
#include <memory>

#include "trestle/server/backend_options.h"

namespace grpc {
class Channel;
}

namespace trestle {

// A channel that connects on first use, with connections of its own.
std::shared_ptr<grpc::Channel> NewGrpcChannel(const BackendOptions& options);

// The limit for messages that such a channel has: one byte more than the options say, for it is not
// the limit of any backend. What it lets pass is to be checked again.
size_t ChannelMaxMessage(const BackendOptions& options);

}  // namespace trestle

#endif  // TRESTLE_SERVER_GRPC_GRPC_CHANNEL_H_
