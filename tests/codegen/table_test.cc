// The tables in generated code, read by a server and a client.

#include <vector>

#include "gtest/gtest.h"
#include "streaming.pb.h"
#include "tests/codegen/thousand.client.h"
#include "tests/codegen/thousand.gateway.h"
#include "trestle/client/cpp/client_method.h"
#include "trestle/server/service_route.h"
#include "trestle/transcoding/rule_row.h"

namespace trestle {
namespace {

using golden::streaming::Message;

constexpr RuleRow kRows[] = {
    UnaryRow<Message, Message>("/a.B/One", {"GET", "/1"}),
    UnaryRow<Message, Message>("/a.B/One", {"PUT", "/1", "*"}),
    IdempotentRow(ServerStreamingRow<Message, Message>("/a.B/Two", {"GET", "/2", "", "text"})),
    ClientStreamingRow<Message, Message>("/a.B/Three", {"GET", "/3"}),
    BidiStreamingRow<Message, Message>("/a.B/Four", {"GET", "/4"}),
};

TEST(Table, GivesARoutePerRow) {
  const std::vector<ServiceRoute> routes = ServiceRoutes(kRows);
  ASSERT_EQ(routes.size(), 5u);
  EXPECT_EQ(routes[1].rpc, "/a.B/One");
  EXPECT_EQ(routes[1].rule.http_method, "PUT");
  EXPECT_EQ(routes[1].rule.path, "/1");
  EXPECT_EQ(routes[1].rule.body, "*");
  EXPECT_EQ(routes[1].rule.response_body, "");
  EXPECT_EQ(routes[2].rule.response_body, "text");
  EXPECT_EQ(routes[2].request, Message::descriptor());
  for (size_t i = 0; i < routes.size(); ++i) {
    EXPECT_EQ(routes[i].server_streaming, i == 2 || i == 4) << i;
    EXPECT_EQ(routes[i].client_streaming, i == 3 || i == 4) << i;
  }
}

TEST(Table, GivesAClientMethodPerRpc) {
  const std::vector<ClientMethod> methods = ClientMethods(kRows);
  ASSERT_EQ(methods.size(), 4u);
  EXPECT_EQ(methods[0].rpc, "/a.B/One");
  ASSERT_EQ(methods[0].rules.size(), 2u);
  EXPECT_EQ(methods[0].rules[1].http_method, "PUT");
  EXPECT_FALSE(methods[0].idempotent);
  EXPECT_EQ(methods[1].rpc, "/a.B/Two");
  EXPECT_EQ(methods[1].rules.size(), 1u);
  EXPECT_TRUE(methods[1].idempotent);
  EXPECT_TRUE(methods[1].server_streaming);
}

TEST(Table, OfAThousandRpcs) {
  EXPECT_EQ(thousand::ThousandRoutes().size(), 2000u);
  EXPECT_EQ(trestle_routes::of_tests_scodegen_sthousand().size(), 2000u);
  EXPECT_NE(thousand::NewThousandClient(ClientOptions()), nullptr);
}

}  // namespace
}  // namespace trestle
