// What becomes of requests when the backend dies, stalls, or comes back, when many come
// at once, and when the gateway is told to stop.

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "trestle/examples/library/sqlite.h"
#include "trestle/tests/e2e/json_match.h"
#include "trestle/tests/e2e/raw_http.h"
#include "trestle/tests/e2e/world.h"
#include "trestle/tests/testing/await.h"
#include "trestle/tests/testing/raw_client.h"

namespace trestle {
namespace {

constexpr char kJson[] = "Content-Type: application/json\r\n";
constexpr char kEmma[] = "/v1/shelves/novels/books/emma";

class OutageTest : public testing::TestWithParam<GatewayKind> {
 protected:
  // Asks until the response has `status`, as often as is needed and sensible.
  bool Eventually(int status) {
    constexpr int kTries = 600;
    constexpr useconds_t kPauseMicros = 50000;
    for (int i = 0; i < kTries; ++i) {
      if (world_.gateway.Send("GET", kEmma).status == status) return true;
      usleep(kPauseMicros);
    }
    return false;
  }

  World world_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Both, OutageTest,
                         testing::Values(GatewayKind::kGenerated, GatewayKind::kDescriptorSet),
                         testing::PrintToStringParamName());

TEST_P(OutageTest, WhatIsPostedSurvivesTheBackend) {
  world_.gateway.Send("POST", "/v1/shelves/novels/books?book_id=new", kJson, R"({"title": "New"})");
  EXPECT_EQ(world_.backend.process().Stop(SIGTERM), 0) << "the backend stops cleanly";
  world_.backend.Start();
  ASSERT_TRUE(Eventually(200));
  const HttpResponse book = world_.gateway.Send("GET", "/v1/shelves/novels/books/new");
  EXPECT_EQ(MismatchInText(R"({"name": "shelves/novels/books/new", "title": "New", "...": 0})",
                           book.body),
            "");
}

TEST_P(OutageTest, ADeadBackendIsUnavailableAtOnceAndUntilItIsBack) {
  EXPECT_EQ(world_.gateway.Send("GET", kEmma).status, 200);
  world_.backend.process().Stop(SIGKILL);
  // The deadline is far away: waiting for it, or for the backend, would end in 504.
  const HttpResponse dead = world_.gateway.Send("GET", kEmma, "Grpc-Timeout: 60S\r\n");
  EXPECT_EQ(dead.status, 503);
  EXPECT_EQ(
      MismatchInText(R"({"error": {"code": 503, "status": "UNAVAILABLE", "...": 0}})", dead.body),
      "");
  world_.backend.Start();
  EXPECT_TRUE(Eventually(200)) << "the same gateway finds the backend again";
}

TEST_P(OutageTest, ABackendThatNeverRespondsIsGivenUpAtTheDeadline) {
  world_.backend.process().Pause();
  for (const char* timeout : {"Grpc-Timeout: 200m\r\n", "X-Server-Timeout: 0.2\r\n"}) {
    const HttpResponse late = world_.gateway.Send("GET", kEmma, timeout);
    EXPECT_EQ(late.status, 504) << timeout;
    EXPECT_EQ(MismatchInText(R"({"error": {"code": 504, "status": "DEADLINE_EXCEEDED", "...": 0}})",
                             late.body),
              "")
        << timeout;
  }
  world_.backend.process().Signal(SIGCONT);
  EXPECT_TRUE(Eventually(200));
}

TEST_P(OutageTest, ALockedDatabaseSaysWhenToComeBack) {
  auto other = library::Database::Open(world_.folder.path() + "/library.db");
  ASSERT_TRUE(other.ok() && (*other)->Run("BEGIN EXCLUSIVE").ok());
  const HttpResponse locked = world_.gateway.Send("DELETE", kEmma);
  EXPECT_EQ(locked.status, 503);
  const std::string* retry_after = FindField(locked.headers, "retry-after");
  EXPECT_TRUE(retry_after != nullptr && *retry_after == "1") << "R86";
  EXPECT_EQ(MismatchInText(R"({"error": {"code": 503, "status": "UNAVAILABLE", "message": "*",
        "details": [{"@type": "type.googleapis.com/google.rpc.RetryInfo",
          "retryDelay": "1s"}]}})",
                           locked.body),
            "");
}

TEST_P(OutageTest, AHundredAtOnceAllGetAResponse) {
  std::atomic<int> right{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 100; ++i) {
    clients.emplace_back([&, i] {
      const std::string id = absl::StrCat("b", i);
      const HttpResponse made =
          world_.gateway.Send("POST", absl::StrCat("/v1/shelves/novels/books?book_id=", id), kJson,
                              absl::StrCat(R"({"title": ")", id, R"("})"));
      const HttpResponse got =
          world_.gateway.Send("GET", absl::StrCat("/v1/shelves/novels/books/", id));
      if (made.status == 200 && got.status == 200 && made.body == got.body) ++right;
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(right, 100);
  const HttpResponse all = world_.gateway.Send("GET", "/v1/books?page_size=1000");
  EXPECT_EQ(nlohmann::json::parse(all.body)["books"].size(), 107U);
}

TEST_P(OutageTest, ALongStreamIsOneArray) {
  for (int i = 0; i < 250; ++i) {
    world_.gateway.Send("POST", "/v1/shelves/novels/books", kJson, R"({"title": "Crowd"})");
  }
  const HttpResponse found = world_.gateway.Send("GET", "/v1/books:search?query=crowd");
  EXPECT_EQ(found.status, 200);
  EXPECT_EQ(nlohmann::json::parse(found.body, nullptr, false).size(), 250U);
}

TEST_P(OutageTest, RequestsInARowOnOneConnectionGetResponsesInOrder) {
  RawClient connection(world_.gateway.port());
  connection.Send(
      "GET /v1/shelves/novels HTTP/1.1\r\nHost: a\r\n\r\n"
      "GET /v1/shelves/none HTTP/1.1\r\nHost: a\r\n\r\n"
      "GET /v1/shelves/poetry HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const std::string all = connection.ReadAll();
  const size_t first = all.find("\"Novels\"");
  const size_t second = all.find("NOT_FOUND");
  const size_t third = all.find("\"Poetry\"");
  EXPECT_NE(third, std::string::npos) << all;
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
}

TEST_P(OutageTest, SigtermFinishesWhatIsInProgress) {
  world_.backend.process().Pause();
  RawClient waiting(world_.gateway.port());
  waiting.Send("GET " + std::string(kEmma) + " HTTP/1.1\r\nHost: a\r\n\r\n");
  // A later request that is over tells that the earlier one has begun.
  EXPECT_EQ(world_.gateway.Send("GET", kEmma, "Grpc-Timeout: 300m\r\n").status, 504);
  world_.gateway.process().Signal(SIGTERM);
  AwaitTrue("the gateway listens no more",
            [&] { return !RawClient(world_.gateway.port()).connected(); });
  world_.backend.process().Signal(SIGCONT);
  EXPECT_EQ(ParseResponse(waiting.ReadAll()).status, 200);
  EXPECT_EQ(world_.gateway.process().Wait(), 0);
}

TEST_P(OutageTest, SigtermWithNothingToDoEndsAtOnce) {
  RawClient idle(world_.gateway.port());
  EXPECT_EQ(world_.gateway.Send("GET", kEmma).status, 200);
  EXPECT_EQ(world_.gateway.process().Stop(SIGTERM), 0);
  EXPECT_EQ(idle.ReadAll(), "");
}

// ---- a backend that has stopped: its connections stay open, and take nothing once they are full

class StoppedBackendTest : public testing::TestWithParam<const char*> {
 protected:
  // Fills the connections to the backend: gRPC completes nothing on them any more. Each of these
  // requests ends by its own deadline.
  static constexpr int kMany = 60;
  static constexpr size_t kLarge = 400000;

  static std::vector<std::string> Flags(std::vector<std::string> more = {}) {
    more.push_back(absl::StrCat("--concurrency=", GetParam()));
    return more;
  }

  // Stops the backend once the gateway is connected to it: connecting would have its own time-out.
  static void StopConnected(World& world) {
    for (int i = 0; i < 20; ++i) EXPECT_EQ(world.gateway.Send("GET", kEmma).status, 200);
    world.backend.process().Pause();
  }

  // A POST that is too large for what the connection still takes.
  static std::string LargePost(const std::string& timeout) {
    const std::string body = absl::StrCat(R"({"title": ")", std::string(kLarge, 'x'), "\"}");
    return absl::StrCat("POST /v1/shelves/novels/books HTTP/1.1\r\nHost: a\r\n", kJson,
                        "Connection: close\r\nGrpc-Timeout: ", timeout,
                        "\r\nContent-Length: ", body.size(), "\r\n\r\n", body);
  }

  static void FillConnections(const GatewayProgram& gateway, const std::string& timeout) {
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < kMany; ++i) {
      clients.push_back(std::make_unique<RawClient>(gateway.port()));
      clients.back()->Send(LargePost(timeout));
    }
    for (const auto& client : clients) {
      EXPECT_EQ(ParseResponse(client->ReadAll()).status, 504);
    }
  }
};

INSTANTIATE_TEST_SUITE_P(Both, StoppedBackendTest, testing::Values("fibers", "threads"),
                         [](const auto& info) { return std::string(info.param); });

TEST_P(StoppedBackendTest, H5EveryRequestEndsAtItsDeadline) {
  World world(GatewayKind::kDescriptorSet, Flags());
  StopConnected(world);
  FillConnections(world.gateway, "2S");
  const char* const kTimeout = "Grpc-Timeout: 200m\r\n";
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(world.gateway.Send("GET", kEmma, kTimeout).status, 504);
  }
  EXPECT_EQ(world.gateway.Send("GET", "/v1/books:search?query=x", kTimeout).status, 504)
      << "a stream of responses";
  EXPECT_EQ(world.gateway
                .Send("POST", "/v1/shelves/novels/books:import", absl::StrCat(kJson, kTimeout),
                      absl::StrCat(R"([{"book": {"title": ")", std::string(kLarge, 'x'), "\"}}]"))
                .status,
            504)
      << "a stream of requests";
  world.backend.process().Signal(SIGCONT);
  AwaitTrue("the same connections work again",
            [&] { return world.gateway.Send("GET", kEmma).status == 200; });
  EXPECT_EQ(world.gateway.process().Stop(SIGTERM), 0);
}

TEST_P(StoppedBackendTest, H6ClientsThatLeaveAreLetGo) {
  constexpr int kRoom = 40;
  World world(GatewayKind::kDescriptorSet, Flags({absl::StrCat("--max_connections=", kRoom)}));
  StopConnected(world);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < kRoom; ++i) {
    clients.push_back(std::make_unique<RawClient>(world.gateway.port()));
    clients.back()->Send(LargePost("1H"));
  }
  const auto status = [&] {
    return world.gateway.Send("GET", kEmma, "Grpc-Timeout: 100m\r\n").status;
  };
  EXPECT_EQ(status(), 503) << "all connections are in use";
  clients.clear();
  AwaitTrue("there is room again", [&] { return status() == 504; });
  for (int i = 0; i < kRoom; ++i) {
    clients.push_back(std::make_unique<RawClient>(world.gateway.port()));
    clients.back()->Send(LargePost("1S"));
  }
  for (const auto& client : clients) {
    EXPECT_EQ(ParseResponse(client->ReadAll()).status, 504)
        << "there is room for all of them again";
  }
}

TEST_P(StoppedBackendTest, SigtermEndsTheGatewayByTheDrainTimeout) {
  World world(GatewayKind::kDescriptorSet, Flags({"--drain_timeout=500ms"}));
  StopConnected(world);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < kMany / 2; ++i) {
    clients.push_back(std::make_unique<RawClient>(world.gateway.port()));
    clients.back()->Send(LargePost("1H"));
  }
  // One that is over tells that the earlier ones have begun.
  EXPECT_EQ(world.gateway.Send("GET", kEmma, "Grpc-Timeout: 300m\r\n").status, 504);
  world.gateway.process().Signal(SIGTERM);
  EXPECT_EQ(world.gateway.process().Wait(), 0);
}

TEST_P(StoppedBackendTest, FurtherCallsFailAtOnceWhenTooManyAreStuck) {
  World world(GatewayKind::kDescriptorSet, Flags({"--max_buffered=4MiB"}));
  StopConnected(world);
  int status = 504;
  // Each that ends here stays with gRPC.
  for (int i = 0; i < kMany && status == 504; ++i) {
    RawClient client(world.gateway.port());
    client.Send(LargePost("100m"));
    status = ParseResponse(client.ReadAll()).status;
  }
  EXPECT_EQ(status, 503);
  const HttpResponse get = world.gateway.Send("GET", kEmma, "Grpc-Timeout: 1H\r\n");
  EXPECT_EQ(get.status, 503);
  EXPECT_NE(get.body.find("too many calls to it are stuck"), std::string::npos) << get.body;
  world.backend.process().Signal(SIGCONT);
  AwaitTrue("the backend takes calls again",
            [&] { return world.gateway.Send("GET", kEmma).status == 200; });
}

TEST_P(StoppedBackendTest, ABackendThatIsKilledInsteadIsUnavailable) {
  World world(GatewayKind::kDescriptorSet, Flags());
  StopConnected(world);
  FillConnections(world.gateway, "500m");
  std::thread waits(
      [&] { EXPECT_EQ(world.gateway.Send("GET", kEmma, "Grpc-Timeout: 1H\r\n").status, 503); });
  world.backend.process().Stop(SIGKILL);
  waits.join();
  world.backend.Start();
  AwaitTrue("the backend takes calls again",
            [&] { return world.gateway.Send("GET", kEmma).status == 200; });
}

}  // namespace
}  // namespace trestle
