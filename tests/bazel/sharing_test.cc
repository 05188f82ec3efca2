// A program that has one proto_library's code by several ways has it once.

#include "examples/hello/hello.client.h"
#include "examples/hello/hello.gateway.h"
#include "examples/hello/hello.grpc.pb.h"
#include "gtest/gtest.h"
#include "library/v1/library.gateway.h"

namespace {

TEST(Sharing, TwoGatewaysOfOneProtoLibrary) {
  EXPECT_EQ(hello::HelloRoutes().size(), 1u);
  EXPECT_EQ(trestle_routes::of_examples_shello_shello().size(), 1u);
  EXPECT_FALSE(library::v1::LibraryServiceRoutes().empty());
}

TEST(Sharing, GatewayClientAndStubsHaveTheSameMessages) {
  const auto* message = hello::HelloRoutes()[0].request;
  EXPECT_EQ(message, hello::Person::descriptor());
  EXPECT_STREQ(hello::Hello::service_full_name(), "hello.Hello");
  EXPECT_NE(hello::NewHelloClient(trestle::ClientOptions()), nullptr);
}

}  // namespace
