// Server and client in one program: all public headers of both in one file, and a generated client
// that calls a gateway over a socket, by HTTP and by HTTPS. Each library has options for TLS, and a
// type that both named alike would be one of the two at random.

#include <memory>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "tests/e2e/swapped_names.client.h"
#include "tests/e2e/swapped_names.gateway.h"
#include "tests/e2e/swapped_names.grpc.pb.h"
#include "trestle/client/cpp/client.h"
#include "trestle/client/cpp/http_transport.h"
#include "trestle/client/cpp/in_memory_transport.h"
#include "trestle/client/cpp/options.h"
#include "trestle/client/cpp/pages.h"
#include "trestle/client/cpp/stream.h"
#include "trestle/client/cpp/transport.h"
#include "trestle/server/backend.h"
#include "trestle/server/backend_options.h"
#include "trestle/server/backend_tls.h"
#include "trestle/server/body_source.h"
#include "trestle/server/buffer_budget.h"
#include "trestle/server/client_certificate.h"
#include "trestle/server/connection_options.h"
#include "trestle/server/descriptor_set.h"
#include "trestle/server/gateway_main.h"
#include "trestle/server/grpc_backend.h"
#include "trestle/server/handler.h"
#include "trestle/server/httplib_mount.h"
#include "trestle/server/line_writer.h"
#include "trestle/server/listen_options.h"
#include "trestle/server/middleware.h"
#include "trestle/server/server.h"
#include "trestle/server/service_route.h"
#include "trestle/server/static_files.h"
#include "trestle/server/termination_signals.h"
#include "trestle/tests/testing/certificate_authority.h"
#include "trestle/tests/testing/tls_files.h"

namespace trestle {
namespace {

using test::swapped::Song;

// Responds with the request itself.
class Echo final : public test::swapped::Songs::Service {
  grpc::Status InQuery(grpc::ServerContext*, const Song* request, Song* response) override {
    *response = *request;
    return grpc::Status::OK;
  }
};

// A gRPC server, a gateway in front of it and a client, each by its own library.
class OneProcess : public testing::Test {
 protected:
  OneProcess() : server_(ServerOptionsWithTls()) {
    EXPECT_TRUE(server_.Add(test::swapped::SongsRoutes(), backend_.get()).ok());
    http_ = server_.Listen("127.0.0.1:0").value();
    https_ = server_.Listen("https://127.0.0.1:0").value();
    thread_ = std::thread([this] { server_.Run(); });
  }
  ~OneProcess() override {
    server_.Shutdown();
    thread_.join();
  }

  // The title of a song that has gone to the gRPC server at `url` and back.
  std::string TitleBy(const std::string& url, const ClientTlsOptions& tls) {
    ClientOptions options;
    options.base_url = url;
    options.tls = tls;
    Song song;
    song.set_title("Waltzing Matilda");
    const absl::StatusOr<Song> back = test::swapped::NewSongsClient(options)->InQuery(song);
    return back.ok() ? back->title() : back.status().ToString();
  }

  std::unique_ptr<grpc::Server> StartGrpc() {
    return grpc::ServerBuilder().RegisterService(&echo_).BuildAndStart();
  }

  ServerOptions ServerOptionsWithTls() {
    files_.Replace(files_.client_ca_file(), authority_.certificate());
    ServerOptions options;
    options.listen.tls = files_.options(ClientAuth::kRequired);
    return options;
  }

  Authority authority_;
  TlsFiles files_{authority_.Issue("IP:127.0.0.1")};
  Echo echo_;
  std::unique_ptr<grpc::Server> grpc_ = StartGrpc();
  std::unique_ptr<Backend> backend_ = NewGrpcBackend(grpc_->InProcessChannel({}));
  Server server_;
  std::string http_, https_;
  std::thread thread_;
};

TEST_F(OneProcess, AClientCallsAGatewayInTheSameProcess) {
  const TlsFiles of_client(authority_.Issue("DNS:client.test"));
  of_client.Replace(of_client.client_ca_file(), authority_.certificate());
  const ClientTlsOptions tls{true, of_client.client_ca_file(), of_client.certificate_file(),
                             of_client.key_file()};
  EXPECT_EQ(TitleBy(http_, {}), "Waltzing Matilda");
  EXPECT_EQ(TitleBy(https_, tls), "Waltzing Matilda");
}

// The destructors are those of each library, too.
TEST(OptionsOfBoth, AreMadeAndDeletedInOneProcess) {
  auto server = std::make_unique<ServerOptions>();
  server->listen.tls.certificate_file = std::string(100, 's');
  auto client = std::make_unique<ClientOptions>();
  client->tls.ca_file = std::string(100, 'c');
  const ServerOptions server_copy = *server;
  const ClientOptions client_copy = *client;
  server.reset();
  client.reset();
  EXPECT_EQ(server_copy.listen.tls.certificate_file, std::string(100, 's'));
  EXPECT_EQ(client_copy.tls.ca_file, std::string(100, 'c'));
}

}  // namespace
}  // namespace trestle
