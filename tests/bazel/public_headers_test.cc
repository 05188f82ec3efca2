// All headers that applications include, with warnings as errors, and with options given in
// part. Gateway and client in one program: every name is one thing in both.

#include "gtest/gtest.h"
#include "trestle/client/cpp/client.h"
#include "trestle/client/cpp/detail.h"
#include "trestle/client/cpp/http_transport.h"
#include "trestle/client/cpp/in_memory_transport.h"
#include "trestle/client/cpp/options.h"
#include "trestle/client/cpp/pages.h"
#include "trestle/client/cpp/stream.h"
#include "trestle/client/cpp/transport.h"
#include "trestle/server/admin.h"
#include "trestle/server/backend_options.h"
#include "trestle/server/descriptor_set.h"
#include "trestle/server/gateway/metadata.h"
#include "trestle/server/gateway_main.h"
#include "trestle/server/grpc/grpc_service_config.h"
#include "trestle/server/grpc_backend.h"
#include "trestle/server/handler.h"
#include "trestle/server/httplib_mount.h"
#include "trestle/server/listen_options.h"
#include "trestle/server/metrics.h"
#include "trestle/server/metrics_format.h"
#include "trestle/server/middleware.h"
#include "trestle/server/server.h"
#include "trestle/server/server_stats.h"
#include "trestle/server/service_route.h"
#include "trestle/server/static_files.h"
#include "trestle/server/termination_signals.h"

namespace {

TEST(PublicHeaders, OptionsAreGivenInPart) {
  const trestle::ClientOptions client{"http://127.0.0.1:8081"};
  EXPECT_EQ(client.base_url, "http://127.0.0.1:8081");
  EXPECT_TRUE(client.tls.verify_server);
  const trestle::CallOptions call{absl::Seconds(1)};
  EXPECT_EQ(call.timeout, absl::Seconds(1));
  const trestle::ClientTlsOptions tls{false};
  EXPECT_FALSE(tls.verify_server);
  const trestle::BackendOptions backend{"127.0.0.1:9090"};
  EXPECT_EQ(backend.target, "127.0.0.1:9090");
}

TEST(PublicHeaders, AServerAndAClientShareAProgram) {
  const trestle::Server server{trestle::ServerOptions()};
  EXPECT_NE(trestle::NewHttpTransport(trestle::ClientOptions{"http://127.0.0.1:1"}), nullptr);
}

}  // namespace
