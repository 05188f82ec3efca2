// A service config's rules (mapping.md R42), in a library of two proto_libraries.

#include <string>

#include "examples/hello/hello.client.h"
#include "examples/hello/hello.gateway.h"
#include "gtest/gtest.h"
#include "library/v1/library.gateway.h"
#include "trestle/client/cpp/in_memory_transport.h"

namespace {

TEST(ServiceConfig, ItsRulesAreTheRoutes) {
  const auto hello = hello::HelloRoutes();
  ASSERT_EQ(hello.size(), 1u);
  EXPECT_EQ(hello[0].rule.path, "/v2/greetings/{name}");
  int replaced = 0;
  for (const auto& route : library::v1::LibraryServiceRoutes()) {
    replaced += route.rule.path == "/v2/{name=shelves/*/books/*}" ? 1 : 0;
  }
  EXPECT_EQ(replaced, 1);
}

TEST(ServiceConfig, ItsRulesAreTheClients) {
  std::string path;
  auto client =
      hello::NewHelloClient(trestle::NewInMemoryTransport([&](const trestle::HttpRequest& request) {
        path = request.path;
        trestle::HttpResponse response;
        response.status = 200;
        response.body = "{}";
        return response;
      }));
  hello::Person person;
  person.set_name("you");
  EXPECT_TRUE(client->Greet(person).ok());
  EXPECT_EQ(path, "/v2/greetings/you");
}

}  // namespace
