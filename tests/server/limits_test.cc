// The gateway under limits of the system: of open files, of threads, of stacks.

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/server/gateway/shop.pb.h"
#include "trestle/tests/testing/descriptor_file.h"
#include "trestle/tests/testing/gateway_process.h"
#include "trestle/tests/testing/generic_backend.h"
#include "trestle/tests/testing/process.h"
#include "trestle/tests/testing/raw_client.h"
#include "trestle/tests/testing/system_faults.h"
#include "trestle/tests/testing/test_concurrency.h"

namespace trestle {
namespace {

constexpr char kGet[] = "GET /v1/items/1 HTTP/1.1\r\nHost: h\r\n\r\n";

class LimitsTest : public testing::Test {
 protected:
  std::vector<std::string> Flags(std::vector<std::string> more) const {
    more.push_back(absl::StrCat("--backend=", backend_.target()));
    more.push_back(DescriptorSetFlag(*test::shop::Item::descriptor()->file(), "shop.pb"));
    return more;
  }

  GenericBackend backend_{[](const GenericBackend::Call&) {
    return GenericBackend::Response{{""}, grpc::Status::OK, {}, {}, false};
  }};
};

std::string Status(RawClient& client) { return StatusOf(client.ReadResponse()); }

std::string Get(RawClient& client) {
  client.Send(kGet);
  return Status(client);
}

// The descriptors of many loops are kept free, too.
TEST_F(LimitsTest, AFloodLeavesTheDescriptorsThatManyLoopsNeed) {
  GatewayProcess gateway(Flags({"--loops=30"}), "ulimit -n 256");
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 300; ++i) clients.push_back(std::make_unique<RawClient>(gateway.port()));
  for (size_t i = 0; i < 40; ++i) EXPECT_EQ(Get(*clients[i]), "200") << i;
}

// More clients than there can be descriptors, before the first request of all.
TEST_F(LimitsTest, AFloodLeavesTheDescriptorsThatRequestsNeed) {
  GatewayProcess gateway(Flags({"--loops=2"}), "ulimit -n 128");
  ASSERT_EQ(gateway.before_listening().size(), 1U);
  const std::string warning = gateway.before_listening()[0];
  EXPECT_TRUE(absl::StrContains(warning, "warn")) << warning;
  EXPECT_TRUE(absl::StrContains(warning,
                                "--max_connections=10000 cannot be reached: the process "
                                "may open 128 files, which leaves room for "))
      << warning;
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 300; ++i) clients.push_back(std::make_unique<RawClient>(gateway.port()));
  EXPECT_EQ(Status(*clients.back()), "503");
  // On each of the loops.
  for (size_t i = 0; i < 4; ++i) EXPECT_EQ(Get(*clients[i]), "200") << i;
  clients.clear();
  std::string last;
  while ((last = [&] {
           RawClient client(gateway.port());
           return Get(client);
         }()) == "503") {
  }
  EXPECT_EQ(last, "200");
  gateway.process().Signal(SIGTERM);
  EXPECT_EQ(gateway.process().Wait(), 0);
}

// Connections that come as fast as they are accepted.
TEST_F(LimitsTest, AFloodThatDoesNotEndIsCutOffByTheEnd) {
  const FaultySystem system;
  GatewayProcess gateway(Flags({"--drain_timeout=500ms"}));
  RawClient before(gateway.port());
  EXPECT_EQ(Get(before), "200");
  system->no_connections = 1;
  const RawClient during(gateway.port());
  gateway.process().Signal(SIGTERM);
  EXPECT_EQ(gateway.process().Wait(), 0) << gateway.process().ReadAllErrors();
}

TEST_F(LimitsTest, TheSoftLimitOfDescriptorsIsRaised) {
  GatewayProcess gateway(Flags({"--max_connections=300"}), "ulimit -n 1000; ulimit -Sn 64");
  EXPECT_TRUE(gateway.before_listening().empty());
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 300; ++i) clients.push_back(std::make_unique<RawClient>(gateway.port()));
  EXPECT_EQ(Get(*clients.back()), "200");
}

TEST_F(LimitsTest, TooFewDescriptorsAreAnErrorAtTheStart) {
  Process process(ShellCommand("ulimit -n 256", GatewayCommand(Flags({"--loops=200"}))));
  const std::string errors = process.ReadAllErrors();
  EXPECT_TRUE(absl::StrContains(errors, "trestle: cannot start loop ")) << errors;
  EXPECT_TRUE(absl::StrContains(errors,
                                " of 200: cannot watch descriptors: Too many open files; "
                                "raise the limits of the process (ulimit -n, ulimit -u)\n"))
      << errors;
  EXPECT_EQ(process.Wait(), 2);
}

TEST_F(LimitsTest, WithoutMoreThreadsRequestsGet503OrWait) {
  const FaultySystem system;
  GatewayProcess gateway(Flags({}));
  RawClient first(gateway.port()), second(gateway.port());
  system->no_threads = 1;
  const bool needs_one = TestConcurrency() == Concurrency::kThreads;
  EXPECT_EQ(Get(first), needs_one ? "503" : "200");
  system->no_threads = 0;
  EXPECT_EQ(Get(second), "200");
  system->no_threads = 1;
  // The threads that there are serve everybody in turn.
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(std::make_unique<RawClient>(gateway.port()));
    clients.back()->Send(kGet);
  }
  for (const auto& client : clients) EXPECT_EQ(Status(*client), "200");
  gateway.process().Signal(SIGTERM);
  EXPECT_EQ(gateway.process().Wait(), 0) << gateway.process().ReadAllErrors();
}

// gRPC hangs or aborts where it cannot have a thread, so the gateway tries first.
TEST_F(LimitsTest, TooFewThreadsAreAnErrorAtTheStart) {
  const FaultySystem system;
  for (const int threads : {1, 2, 3, 6, 9, 12}) {
    system->threads_left = threads;
    Process process(GatewayCommand(Flags({"--loops=2"})));
    const std::string errors = process.ReadAllErrors();
    EXPECT_TRUE(absl::StartsWith(errors, "trestle: cannot start a thread: ")) << errors;
    EXPECT_TRUE(absl::StrContains(
        errors, absl::StrCat(" threads are needed at startup, and the process can have ",
                             threads - 1, ": raise its limit (ulimit -u, ")))
        << errors;
    EXPECT_EQ(std::count(errors.begin(), errors.end(), '\n'), 1) << errors;
    EXPECT_EQ(process.Wait(), 2);
  }
}

// Those that calls need are not left to the first call.
TEST_F(LimitsTest, WithAThreadForRequestsCallsNeedNoMore) {
  const FaultySystem system;
  GatewayProcess gateway(Flags({}));
  RawClient client(gateway.port());
  client.Send("GET /nowhere HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(Status(client), "404");
  system->no_threads = 1;
  EXPECT_EQ(Get(client), "200");
  gateway.process().Signal(SIGTERM);
  EXPECT_EQ(gateway.process().Wait(), 0) << gateway.process().ReadAllErrors();
}

TEST_F(LimitsTest, StacksDoNotDependOnTheLimitOfTheShell) {
  GatewayProcess gateway(Flags({"--max_connections=3"}), "ulimit -s 64");
  RawClient first(gateway.port()), second(gateway.port()), third(gateway.port());
  for (RawClient* client : {&first, &second, &third}) EXPECT_EQ(Get(*client), "200");
  RawClient fourth(gateway.port());
  EXPECT_EQ(Status(fourth), "503");
  gateway.process().Signal(SIGTERM);
  EXPECT_EQ(gateway.process().Wait(), 0);
}

}  // namespace
}  // namespace trestle
