#include "trestle/server/routing/route.h"

#include "gtest/gtest.h"
#include "tests/transcoding/mapping.pb.h"
#include "trestle/server/service_route.h"
#include "trestle/transcoding/codec/schema.h"

namespace trestle {
namespace {

namespace test = ::trestle::test::mapping;

TEST(Route, ResolvesWhatGeneratedCodeSays) {
  const auto route = ResolveRoute(
      ServerStreaming<test::Request, test::Book>("/a.B/C", {"GET", "/v1/{name}", "", "title"}),
      SchemaPool::Generated());
  ASSERT_TRUE(route.ok()) << route.status();
  EXPECT_EQ(route->rpc, "/a.B/C");
  EXPECT_FALSE(route->client_streaming);
  EXPECT_TRUE(route->server_streaming);
  EXPECT_EQ(route->binding.request->full_name(), "trestle.test.mapping.Request");
  EXPECT_EQ(route->binding.response_body.field->name, "title");
}

TEST(Route, NamesTheRpcOfABadRule) {  // R5
  const auto route = ResolveRoute(Unary<test::Request, test::Book>("/a.B/C", {"GET", "/v1/{"}),
                                  SchemaPool::Generated());
  EXPECT_EQ(route.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(route.status().message(),
            "RPC /a.B/C: path template \"/v1/{\", column 6: expected a field name");
}

}  // namespace
}  // namespace trestle
