// Adds a REST API for a gRPC service to a program with an httplib::Server: the gateway serves the
// requests that match none of the program's own routes.
//
//   mounted PORT

#include <httplib.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "examples/hello/hello.gateway.h"
#include "examples/hello/hello.grpc.pb.h"
#include "grpcpp/grpcpp.h"
#include "trestle/server/grpc_backend.h"
#include "trestle/server/httplib_mount.h"
#include "trestle/server/server.h"
#include "trestle/server/termination_signals.h"

namespace {

struct Hello : hello::Hello::Service {
  grpc::Status Greet(grpc::ServerContext*, const hello::Person* person,
                     hello::Greeting* greeting) override {
    greeting->set_text("Hello, " + person->name() + "!");
    return grpc::Status::OK;
  }
};

int Serve(int port) {
  trestle::TerminationSignals signals;
  Hello hello;
  const std::unique_ptr<grpc::Server> service =
      grpc::ServerBuilder().RegisterService(&hello).BuildAndStart();
  const auto backend = trestle::NewGrpcBackend(service->InProcessChannel({}));
  const trestle::ServerOptions options;
  trestle::Server gateway(options);
  const absl::Status status = gateway.Add(hello::HelloRoutes(), backend.get());
  if (!status.ok()) {
    std::fprintf(stderr, "%s\n", status.ToString().c_str());
    return 1;
  }

  httplib::Server http;
  http.Get("/version", [](const httplib::Request&, httplib::Response& response) {
    response.set_content("1\n", "text/plain");
  });
  trestle::MountOn(&http, gateway.AsHandler(), options.mapping);

  if (port == 0) {
    port = http.bind_to_any_port("127.0.0.1");
  } else if (!http.bind_to_port("127.0.0.1", port)) {
    return 1;
  }
  std::fprintf(stderr, "listening on http://127.0.0.1:%d\n", port);
  if (!signals.Watch([&http] { http.stop(); }).ok()) return 1;
  return http.listen_after_bind() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) { return Serve(argc > 1 ? std::atoi(argv[1]) : 8080); }
