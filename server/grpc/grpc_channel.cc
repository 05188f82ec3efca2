#include "trestle/server/grpc/grpc_channel.h"

#include <grpc/compression.h>
#include <grpcpp/channel.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <algorithm>
#include <cstdint>
#include <limits>

#include "absl/time/time.h"
#include "trestle/server/grpc/grpc_service_config.h"

namespace trestle {
namespace {

constexpr int kIntMax = std::numeric_limits<int>::max();

// In gRPC the largest int stands for "never".
int Milliseconds(absl::Duration duration) {
  return static_cast<int>(std::min<int64_t>(absl::ToInt64Milliseconds(duration), kIntMax));
}

// In gRPC -1 stands for "no limit".
int Bytes(size_t size) { return size > size_t{kIntMax} ? -1 : static_cast<int>(size); }

void SetReconnecting(const BackendOptions& options, grpc::ChannelArguments* arguments) {
  arguments->SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS,
                    Milliseconds(options.reconnect_interval));
  arguments->SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS,
                    Milliseconds(options.max_reconnect_interval));
  // Despite its name, this is how long one attempt to connect may take.
  arguments->SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, Milliseconds(options.connect_timeout));
}

void SetKeepalive(const BackendOptions& options, grpc::ChannelArguments* arguments) {
  if (options.keepalive_time == absl::InfiniteDuration()) return;
  arguments->SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, Milliseconds(options.keepalive_time));
  arguments->SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, Milliseconds(options.keepalive_timeout));
  arguments->SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS,
                    options.keepalive_without_calls ? 1 : 0);
  // Otherwise a silent connection gets only two pings.
  arguments->SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
}

// The backend of a stream that is not read must stop after this many bytes. By default gRPC chooses
// the window by measuring the network; but then (1.51) a stopped stream may stall for 10 s, until
// the next measurement, and the window grows with the data that a slow reader leaves.
void SetFlowControl(grpc::ChannelArguments* arguments) {
  constexpr int kWindow = 256 << 10;
  arguments->SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  arguments->SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, kWindow);
}

// gRPC (1.51) searches linearly for a call's method among all methods that the connection has ever
// carried, but only while the compressor's table has room for them.
void SetHeaderCompression(grpc::ChannelArguments* arguments) {
  constexpr int kTableSize = 512;
  arguments->SetInt(GRPC_ARG_HTTP2_HPACK_TABLE_SIZE_ENCODER, kTableSize);
}

// Disables filters that calls do not need: each of gRPC's filters costs every call time, and memory
// while it waits. Also disables statistics, which cannot be queried here.
void LeaveOutFilters(const BackendOptions& options, grpc::ChannelArguments* arguments) {
  const bool retries = options.transparent_retries || HasRetryPolicy(options.service_config);
  arguments->SetInt(GRPC_ARG_ENABLE_RETRIES, retries ? 1 : 0);
  arguments->SetInt(GRPC_ARG_ENABLE_CHANNELZ, 0);
}

// Messages are not compressed, and requests say so (grpc-accept-encoding: identity). gRPC (1.51)
// checks the message limit only after it has decompressed a message, however large that is. If a
// backend compresses nevertheless, its call is cancelled before the message is read.
void RefuseCompression(grpc::ChannelArguments* arguments) {
  arguments->SetInt(GRPC_ARG_ENABLE_PER_MESSAGE_COMPRESSION, 0);
  arguments->SetInt(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
  arguments->SetInt(GRPC_COMPRESSION_CHANNEL_ENABLED_ALGORITHMS_BITSET, 1 << GRPC_COMPRESS_NONE);
}

// Metadata above gRPC's limit ends the connection with all calls on it (1.51), so that limit is far
// above our own: an error whose message quotes the largest request must fit.
void SetSizes(const BackendOptions& options, grpc::ChannelArguments* arguments) {
  constexpr size_t kMetadata = size_t{16} << 20;
  arguments->SetMaxReceiveMessageSize(Bytes(ChannelMaxMessage(options)));
  arguments->SetMaxSendMessageSize(Bytes(options.max_sent_message));
  arguments->SetInt(GRPC_ARG_MAX_METADATA_SIZE, Bytes(std::max(kMetadata, options.max_metadata)));
}

grpc::ChannelArguments ChannelArgumentsOf(const BackendOptions& options) {
  grpc::ChannelArguments arguments;
  // Without a separate pool each channel would share the first one's connection.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  SetSizes(options, &arguments);
  LeaveOutFilters(options, &arguments);
  RefuseCompression(&arguments);
  SetFlowControl(&arguments);
  SetHeaderCompression(&arguments);
  SetReconnecting(options, &arguments);
  SetKeepalive(options, &arguments);
  // Applies only if the service config chooses no other.
  arguments.SetLoadBalancingPolicyName("round_robin");
  const std::string service_config = options.health_mode == BackendHealthMode::kServing
                                         ? WithHealthChecks(options.service_config)
                                         : options.service_config;
  if (!service_config.empty()) arguments.SetServiceConfigJSON(service_config);
  if (options.tls.has_value() && !options.tls->server_name.empty()) {
    arguments.SetSslTargetNameOverride(options.tls->server_name);
  }
  return arguments;
}

std::shared_ptr<grpc::ChannelCredentials> CredentialsOf(const BackendOptions& options) {
  if (!options.tls.has_value()) return grpc::InsecureChannelCredentials();
  grpc::SslCredentialsOptions ssl;
  ssl.pem_root_certs = options.tls->ca_certificates;
  ssl.pem_cert_chain = options.tls->certificate_chain;
  ssl.pem_private_key = options.tls->private_key;
  return grpc::SslCredentials(ssl);
}

}  // namespace

std::shared_ptr<grpc::Channel> NewGrpcChannel(const BackendOptions& options) {
  return grpc::CreateCustomChannel(options.target, CredentialsOf(options),
                                   ChannelArgumentsOf(options));
}

size_t ChannelMaxMessage(const BackendOptions& options) {
  return options.max_message < std::numeric_limits<size_t>::max() ? options.max_message + 1
                                                                  : options.max_message;
}

}  // namespace trestle
