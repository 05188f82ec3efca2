// A Backend of gRPC channels: generic asynchronous calls, so no code per RPC.

#ifndef TRESTLE_SERVER_GRPC_BACKEND_H_
#define TRESTLE_SERVER_GRPC_BACKEND_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "trestle/server/backend.h"

namespace grpc {
class Channel;
}

namespace trestle {

struct BackendOptions {
  std::string target;  // any gRPC target: "localhost:9090", "dns:///name:9090", "unix:/path"
  int channels = 2;    // connections, used in turn
  int completion_threads = 2;            // threads that take in finished operations
  size_t max_message = size_t{4} << 20;  // bytes of a received message; 502 beyond (D11)
  absl::Duration connect_timeout = absl::Seconds(3);            // for one attempt to connect
  absl::Duration reconnect_interval = absl::Milliseconds(100);  // after a failed attempt; it
  absl::Duration max_reconnect_interval = absl::Seconds(1);     // grows up to this
};

// Connects on first use and again by itself whenever the connection is lost. No call
// may be in progress when the backend is destroyed.
//
// Failures that the backend itself answered keep their code and message; those of the
// connection get a sentence of our own ("backend unavailable").
std::unique_ptr<Backend> NewGrpcBackend(const BackendOptions& options);

// Over one channel of the caller's making: TLS, credentials, in-process. The channel's
// own limits hold for messages.
std::unique_ptr<Backend> NewGrpcBackend(std::shared_ptr<grpc::Channel> channel);

}  // namespace trestle

#endif  // TRESTLE_SERVER_GRPC_BACKEND_H_
