// Creates gRPC channels from options.

#ifndef TRESTLE_SERVER_GRPC_GRPC_CHANNEL_H_
#define TRESTLE_SERVER_GRPC_GRPC_CHANNEL_H_

#include <cstddef>
#include <memory>

#include "trestle/server/backend_options.h"

namespace grpc {
class Channel;
}

namespace trestle {

// Returns a channel that connects on first use and shares its connections with no other channel.
std::shared_ptr<grpc::Channel> NewGrpcChannel(const BackendOptions& options);

// Returns the message limit of such a channel: one byte above that of the options, so that it
// differs from the limit of any backend. Received messages must be checked again.
size_t ChannelMaxMessage(const BackendOptions& options);

}  // namespace trestle

#endif  // TRESTLE_SERVER_GRPC_GRPC_CHANNEL_H_
