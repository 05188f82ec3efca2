// generate_unbound_methods = True: RPCs without a rule have a route and a function.

#include <string>

#include "gtest/gtest.h"
#include "tests/bazel/unbound/unbound.client.h"
#include "tests/bazel/unbound/unbound.gateway.h"
#include "trestle/client/cpp/in_memory_transport.h"

namespace {

TEST(UnboundMethods, HaveARoute) {
  const auto routes = unbound::v1::UnboundRoutes();
  ASSERT_EQ(routes.size(), 1u);
  EXPECT_EQ(routes[0].rule.http_method, "POST");
  EXPECT_EQ(routes[0].rule.path, "/unbound.v1.Unbound/Say");
  EXPECT_EQ(routes[0].rule.body, "*");
}

TEST(UnboundMethods, HaveAFunctionOfTheClient) {
  std::string path;
  auto client = unbound::v1::NewUnboundClient(
      trestle::NewInMemoryTransport([&](const trestle::HttpRequest& request) {
        path = request.path;
        trestle::HttpResponse response;
        response.status = 200;
        response.body = request.body;
        return response;
      }));
  unbound::v1::Echo request;
  request.set_text("hello");
  const auto response = client->Say(request);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->text(), "hello");
  EXPECT_EQ(path, "/unbound.v1.Unbound/Say");
}

}  // namespace
