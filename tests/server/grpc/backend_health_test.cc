// The health of gRPC backends: real servers that are stopped and started, with and without
// grpc.health.v1.

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "trestle/server/backend.h"
#include "trestle/server/concurrency/clock.h"
#include "trestle/server/grpc/grpc_service_config.h"
#include "trestle/server/grpc_backend.h"
#include "trestle/tests/testing/await.h"
#include "trestle/tests/testing/generic_backend.h"

namespace trestle {
namespace {

// A server with gRPC's own health service. Other methods are UNIMPLEMENTED.
class HealthServer {
 public:
  explicit HealthServer(int port = 0) : port_(port) {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::ServerBuilder builder;
    builder.AddListeningPort(absl::StrCat("127.0.0.1:", port), grpc::InsecureServerCredentials(),
                             &port_);
    builder.RegisterCallbackGenericService(&others_);
    server_ = builder.BuildAndStart();
    grpc::EnableDefaultHealthCheckService(false);
  }
  ~HealthServer() {
    server_->Shutdown(std::chrono::system_clock::now());
    server_->Wait();
  }
  HealthServer(const HealthServer&) = delete;
  HealthServer& operator=(const HealthServer&) = delete;

  int port() const { return port_; }
  void SetServing(bool is_serving) {
    server_->GetHealthCheckService()->SetServingStatus(is_serving);
  }

 private:
  int port_;
  grpc::CallbackGenericService others_;
  std::unique_ptr<grpc::Server> server_;
};

BackendOptions OptionsFor(const std::vector<int>& ports, BackendHealthMode mode) {
  BackendOptions options;
  options.target = "ipv4:";
  for (const int port : ports) {
    absl::StrAppend(&options.target, options.target == "ipv4:" ? "" : ",", "127.0.0.1:", port);
  }
  options.health_mode = mode;
  return options;
}

BackendHealth Health(Backend* backend) {
  return backend->Health(MonotonicNow() + absl::Milliseconds(100));
}

// Returns "OK", or gRPC's reason.
std::string HealthOf(Backend* backend) {
  const BackendHealth health = Health(backend);
  return health.status.ok() ? "OK" : std::string(health.status.message());
}

void AwaitHealth(Backend* backend, const std::string& part) {
  std::string last;
  AwaitTrue(absl::StrCat("the health is ", part), [&] {
    last = HealthOf(backend);
    return absl::StrContains(last, part);
  });
}

// Returns the code of a call to a method that no server has.
absl::StatusCode CodeOfCall(Backend* backend) {
  CallContext context;
  WireBytes response;
  return backend->Unary("/a.B/C", context, "", &response).code();
}

TEST(BackendHealthTest, O6ConnectedIsWhetherItCanBeReached) {
  auto server = std::make_unique<HealthServer>();
  const int port = server->port();
  const auto backend = NewGrpcBackend(OptionsFor({port}, BackendHealthMode::kConnected));
  server->SetServing(false);  // not considered
  EXPECT_EQ(HealthOf(backend.get()), "OK");
  EXPECT_EQ(CodeOfCall(backend.get()), absl::StatusCode::kUnimplemented);
  EXPECT_EQ(HealthOf(backend.get()), "OK");
  server.reset();
  AwaitHealth(backend.get(), "Connection refused");
  EXPECT_TRUE(absl::StrContains(HealthOf(backend.get()), absl::StrCat("127.0.0.1:", port)));
  server = std::make_unique<HealthServer>(port);
  AwaitHealth(backend.get(), "OK");
}

// Without any call: the health check itself makes it connect.
TEST(BackendHealthTest, O6AServerThatWasNeverThereIsNotReady) {
  const int port = HealthServer().port();  // gone again
  auto options = OptionsFor({port}, BackendHealthMode::kConnected);
  options.is_required = false;
  const auto backend = NewGrpcBackend(options);
  AwaitHealth(backend.get(), "Connection refused");
  EXPECT_FALSE(Health(backend.get()).is_required);
  options.wait_for_ready = true;  // whose calls report no reason
  AwaitHealth(NewGrpcBackend(options).get(), "Connection refused");
}

TEST(BackendHealthTest, O6IgnoredHealthIsGood) {
  const auto backend =
      NewGrpcBackend(OptionsFor({HealthServer().port()}, BackendHealthMode::kIgnore));
  EXPECT_EQ(CodeOfCall(backend.get()), absl::StatusCode::kUnavailable);
  EXPECT_EQ(HealthOf(backend.get()), "OK");
  EXPECT_TRUE(Health(backend.get()).is_required);
}

TEST(BackendHealthTest, O6ServingIsWhatTheServerReports) {
  auto server = std::make_unique<HealthServer>();
  const int port = server->port();
  const auto backend = NewGrpcBackend(OptionsFor({port}, BackendHealthMode::kServing));
  AwaitTrue("a call reaches it",
            [&] { return CodeOfCall(backend.get()) == absl::StatusCode::kUnimplemented; });
  EXPECT_EQ(HealthOf(backend.get()), "OK");
  server->SetServing(false);
  AwaitHealth(backend.get(), "backend unhealthy");
  EXPECT_EQ(CodeOfCall(backend.get()), absl::StatusCode::kUnavailable);
  server->SetServing(true);
  AwaitHealth(backend.get(), "OK");
  server.reset();
  AwaitHealth(backend.get(), "Connection refused");
  server = std::make_unique<HealthServer>(port);
  AwaitHealth(backend.get(), "OK");
}

TEST(BackendHealthTest, O6OneAddressIsEnough) {
  HealthServer first, second;
  const auto backend =
      NewGrpcBackend(OptionsFor({first.port(), second.port()}, BackendHealthMode::kServing));
  AwaitTrue("a call reaches it",
            [&] { return CodeOfCall(backend.get()) == absl::StatusCode::kUnimplemented; });
  second.SetServing(false);
  first.SetServing(false);
  AwaitHealth(backend.get(), "backend unhealthy");
  first.SetServing(true);
  AwaitHealth(backend.get(), "OK");
  EXPECT_EQ(CodeOfCall(backend.get()), absl::StatusCode::kUnimplemented);
}

TEST(BackendHealthTest, O6AServerWithoutTheServiceCountsAsServing) {
  GenericBackend server([](const GenericBackend::Call& call) {
    const bool is_health = absl::StartsWith(call.method, "/grpc.health.v1.Health/");
    return GenericBackend::Response{
        {call.request},
        is_health ? grpc::Status(grpc::StatusCode::UNIMPLEMENTED, "") : grpc::Status::OK,
        {},
        {},
        false};
  });
  const auto backend = NewGrpcBackend(OptionsFor({server.port()}, BackendHealthMode::kServing));
  AwaitTrue("a call reaches it",
            [&] { return CodeOfCall(backend.get()) == absl::StatusCode::kOk; });
  EXPECT_EQ(HealthOf(backend.get()), "OK");
}

TEST(BackendHealthTest, O6TheServiceConfigIsKept) {
  const struct {
    const char* config;
    const char* result;
  } kRows[] = {
      {"", R"({"healthCheckConfig":{"serviceName":""}})"},
      {"{}", R"({"healthCheckConfig":{"serviceName":""}})"},
      {R"({"methodConfig":[]})", R"({"healthCheckConfig":{"serviceName":""},"methodConfig":[]})"},
      {R"({"healthCheckConfig":{"serviceName":"a.B"}})",
       R"({"healthCheckConfig":{"serviceName":"a.B"}})"},
      {"[", "["},
      {"[1]", "[1]"},
      {"null", "null"},
  };
  for (const auto& row : kRows) EXPECT_EQ(WithHealthChecks(row.config), row.result);
}

}  // namespace
}  // namespace trestle
