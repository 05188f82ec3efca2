// A gRPC service, its REST API, a health check, a web page and authentication in one
// program, on one port.
//
//   in_process [ADDRESS [FOLDER]]
//   curl -H 'Authorization: Bearer open-sesame' http://127.0.0.1:8080/v1/hello/World

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "examples/hello/hello.gateway.h"
#include "examples/hello/hello.grpc.pb.h"
#include "grpcpp/grpcpp.h"
#include "trestle/server/concurrency/blocking.h"
#include "trestle/server/grpc_backend.h"
#include "trestle/server/server.h"
#include "trestle/server/static_files.h"
#include "trestle/server/termination_signals.h"

namespace {

struct Hello : hello::Hello::Service {
  grpc::Status Greet(grpc::ServerContext*, const hello::Person* person,
                     hello::Greeting* greeting) override {
    greeting->set_text("Hello, " + person->name() + "!");
    return grpc::Status::OK;
  }
};

trestle::Reply IsHealthy(trestle::Request&) { return trestle::Reply::Text(200, "ok\n"); }

// A stand-in for a remote directory, whose lookup blocks the thread.
bool LookUp(const std::string& token) {
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  return token == "Bearer open-sesame";
}

bool IsKnown(const std::string& token) {
  bool is_known = false;
  // Other requests share this thread, so blocking calls run on separate threads.
  trestle::RunBlocking([&] { is_known = LookUp(token); });
  return is_known;
}

// A middleware for all routes that requires a token for paths below /v1.
trestle::Handler CheckToken(trestle::Handler next) {
  return [next = std::move(next)](trestle::Request& request) {
    const std::string* token = trestle::FindField(request.http.headers, "Authorization");
    const bool is_api = request.http.path.compare(0, 4, "/v1/") == 0;
    if (!is_api || (token != nullptr && IsKnown(*token))) return next(request);
    return trestle::ErrorReply(
        absl::UnauthenticatedError("the bearer token is missing or unknown"));
  };
}

absl::Status Serve(const std::string& address, const std::string& folder) {
  trestle::TerminationSignals signals;
  Hello hello;
  const std::unique_ptr<grpc::Server> service =
      grpc::ServerBuilder().RegisterService(&hello).BuildAndStart();
  // gRPC's in-process channel, without a socket.
  const auto backend = trestle::NewGrpcBackend(service->InProcessChannel({}));

  trestle::Server server(trestle::ServerOptions{});
  server.Use(CheckToken);
  absl::Status status = server.Add(hello::HelloRoutes(), backend.get());
  if (status.ok()) status = server.Handle("GET", "/healthz", IsHealthy);
  const auto files = trestle::ServeFiles(folder, "/ui");
  if (!files.ok()) return files.status();
  if (status.ok()) status = server.Handle("GET", "/ui/**", *files);
  if (!status.ok()) return status;

  const absl::StatusOr<std::string> url = server.Listen(address);
  if (!url.ok()) return url.status();
  std::fprintf(stderr, "listening on %s\n", url->c_str());
  status = signals.Watch([&server] { server.Shutdown(); });
  if (!status.ok()) return status;
  server.Run();
  return absl::OkStatus();
}

}  // namespace

int main(int argc, char** argv) {
  const absl::Status status =
      Serve(argc > 1 ? argv[1] : "127.0.0.1:8080", argc > 2 ? argv[2] : "examples/embedded/files");
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return 1;
}
