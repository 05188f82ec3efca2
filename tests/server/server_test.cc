// The server as a library: a user's own program, with the gRPC service in the same process.

#include "trestle/server/server.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/server/gateway/shop.pb.h"
#include "trestle/server/grpc_backend.h"
#include "trestle/tests/testing/generic_backend.h"
#include "trestle/tests/testing/raw_client.h"
#include "trestle/tests/testing/running_server.h"
#include "trestle/tests/testing/test_concurrency.h"

namespace trestle {
namespace {

ServerOptions TestOptions() {
  ServerOptions options;
  options.work.concurrency = TestConcurrency();
  return options;
}

using test::shop::GetItemRequest;
using test::shop::Item;

// What a plugin generates.
std::vector<ServiceRoute> ShopRoutes() {
  return {Unary<GetItemRequest, Item>("/trestle.test.shop.Shop/GetItem",
                                      {"GET", "/v1/{name=items/*}"})};
}

// Every rule at fault is named, and those that are right are kept.
TEST(ServerTest, SaysAllThatIsWrongWithItsRules) {  // R13, R15, D2
  ServiceRoute located = Unary<Item, Item>("/a.S/Two", {"GET", "/v1/{nope}"});
  located.location = "a.proto:7:3";
  std::vector<ServiceRoute> routes = {
      Unary<Item, Item>("/a.S/One", {"GET", "/v1/{name"}), located,
      Unary<Item, Item>("/a.S/Three", {"GET", "/v1/{name}"}),
      Unary<Item, Item>("/a.S/Four", {"POST", "/v1/{name}", "name"})};
  Server server(TestOptions());
  EXPECT_EQ(server.Add(routes, nullptr).message(),
            "RPC /a.S/One: path template \"/v1/{name\", column 10: expected \"}\"\n"
            "a.proto:7:3: RPC /a.S/Two: path template \"/v1/{nope}\", column 6, variable \"nope\": "
            "trestle.test.shop.Item has no field \"nope\"\n"
            "RPC /a.S/Four: path template \"/v1/{name}\", column 6: the variable \"name\" and the "
            "body \"name\" are the same field, so the body is lost");
  std::vector<ServiceRoute> wrong(23, routes[0]);
  for (size_t i = 0; i < wrong.size(); ++i) wrong[i].rpc = absl::StrCat("/a.S/One", i);
  const absl::Status many = Server(TestOptions()).Add(wrong, nullptr);
  EXPECT_TRUE(absl::EndsWith(many.message(), "\nand 3 more")) << many;
}

TEST(ServerTest, AMainInTenLines) {
  GenericBackend service([](const GenericBackend::Call& call) {
    return GenericBackend::Response{{call.request}, grpc::Status::OK, {}, {}, false};
  });

  auto backend = NewGrpcBackend(service.InProcess());
  Server server(TestOptions());
  server.Use([](Handler next) -> Handler {
    return [next = std::move(next)](Request& request) {
      Reply reply = next(request);
      reply.http.headers.push_back({"X-Layer", "1"});
      return reply;
    };
  });
  ASSERT_TRUE(server.Add(ShopRoutes(), backend.get()).ok());
  const auto url = server.Listen("127.0.0.1:0");
  ASSERT_TRUE(url.ok()) << url.status();
  std::thread thread([&] { server.Run(); });

  RawClient client(PortOf(*url));
  client.Send("GET /v1/items/1 HTTP/1.1\r\nHost: h\r\n\r\n");
  const std::string response = client.ReadResponse();
  EXPECT_EQ(StatusOf(response), "200");
  EXPECT_EQ(HeaderOf(response, "X-Layer"), "1");
  EXPECT_TRUE(absl::EndsWith(response, "{\"name\":\"items/1\"}")) << response;
  server.Shutdown();
  thread.join();
}

TEST(ServerTest, AServerThatNeverRanEndsToo) {
  Server server(TestOptions());
  ASSERT_TRUE(server.Listen("127.0.0.1:0").ok());
  server.Shutdown();
  server.Run();
}

// Public APIs have such rules: discoveryengine_v1.yaml lists two bindings of GetOperation twice.
TEST(ServerTest, D2ARuleThatAnRpcHasTwiceCountsOnce) {
  auto backend = NewGrpcBackend({"localhost:1"});
  const struct {
    const char* what;
    std::vector<Rule> rules;
    bool is_served;
  } kRows[] = {
      {"the same twice", {{"GET", "/v1/{name=items/*}"}, {"GET", "/v1/{name=items/*}"}}, true},
      {"with another between",
       {{"GET", "/v1/{name=items/*}"}, {"GET", "/v2"}, {"GET", "/v1/{name=items/*}"}},
       true},
      {"another body", {{"POST", "/v1/items", "*"}, {"POST", "/v1/items", ""}}, false},
      {"another variable", {{"GET", "/v1/items/{name}"}, {"GET", "/v1/{name=items/*}"}}, false},
  };
  for (const auto& row : kRows) {
    std::vector<ServiceRoute> routes;
    for (const Rule& rule : row.rules) {
      routes.push_back(Unary<GetItemRequest, Item>("/a.B/C", rule));
    }
    Server server(TestOptions());
    EXPECT_EQ(server.Add(routes, backend.get()).ok(), row.is_served) << row.what;
  }
  Server server(TestOptions());
  const absl::Status of_two = server.Add({Unary<GetItemRequest, Item>("/a.B/C", {"GET", "/v1/x"}),
                                          Unary<GetItemRequest, Item>("/a.B/D", {"GET", "/v1/x"})},
                                         backend.get());
  EXPECT_EQ(of_two.code(), absl::StatusCode::kAlreadyExists);
}

TEST(ServerTest, SaysWhichRouteIsWrong) {
  auto backend = NewGrpcBackend({"localhost:1"});
  {
    Server server(TestOptions());
    ASSERT_TRUE(server.Add(ShopRoutes(), backend.get()).ok());
    const absl::Status again = server.Add(ShopRoutes(), backend.get());
    EXPECT_EQ(again.code(), absl::StatusCode::kAlreadyExists);
    EXPECT_TRUE(absl::StrContains(again.message(), "trestle.test.shop.Shop/GetItem")) << again;
  }
  Server server(TestOptions());
  const absl::Status unbound =
      server.Add({Unary<GetItemRequest, Item>("/a.B/C", {"GET", "/v1/{nome}"})}, backend.get());
  EXPECT_EQ(unbound.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(absl::StrContains(unbound.message(), "nome")) << unbound;
}

}  // namespace
}  // namespace trestle
