// The matrix's files are compiled; this test checks that they also link and work.

#include <string>

#include "gtest/gtest.h"
#include "options/accessors.client.h"
#include "options/accessors.gateway.h"
#include "options/lite.gateway.h"
#include "trestle/client/cpp/in_memory_transport.h"
#include "words/in/slots.gateway.h"
#include "words/services.gateway.h"
#include "words/unix.client.h"
#include "words/unix.gateway.h"

namespace {

std::shared_ptr<trestle::Transport> Echo() {
  return trestle::NewInMemoryTransport([](const trestle::HttpRequest& request) {
    trestle::HttpResponse response;
    response.status = 200;
    response.body = request.body;
    return response;
  });
}

TEST(Matrix, PackagesAreProtobufsNamespaces) {
  EXPECT_EQ(matrix::inner::slots::v1::SRoutes().size(), 1u);
  EXPECT_EQ(unix::SRoutes()[0].rpc, "/unix.S/Get");
  unix::M request;
  request.set_name("a");
  EXPECT_EQ(unix::NewSClient(Echo())->Get(request)->name(), "a");
}

TEST(Matrix, EveryWordIsTheNameOfAnRpc) { EXPECT_GT(matrix::services::RpcsRoutes().size(), 150u); }

TEST(Matrix, MessagesWithoutADescriptorAccessorHaveRoutesAndClients) {
  namespace accessors = matrix::options::accessors;
  const auto routes = accessors::AccessorsRoutes();
  ASSERT_EQ(routes.size(), 4u);
  EXPECT_EQ(routes[0].request, accessors::Request::GetDescriptor());
  accessors::Request request;
  request.set_descriptor("7");
  EXPECT_EQ(accessors::NewAccessorsClient(Echo())->Unary(request)->descriptor(), 7);
}

TEST(Matrix, ALiteFileServesMessagesOfOthers) { EXPECT_EQ(LiteRoutes().size(), 1u); }

}  // namespace
