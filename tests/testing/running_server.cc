#include "trestle/tests/testing/running_server.h"

#include <gtest/gtest.h>

#include "absl/strings/numbers.h"

namespace trestle {

int PortOf(absl::string_view url) {
  int port = 0;
  EXPECT_TRUE(absl::SimpleAtoi(url.substr(url.rfind(':') + 1), &port)) << url;
  return port;
}

RunningServer::RunningServer(Server* server) : server_(*server) {
  const auto url = server_.Listen("127.0.0.1:0");
  EXPECT_TRUE(url.ok()) << url.status();
  if (url.ok()) port_ = PortOf(*url);
  thread_ = std::thread([this] { server_.Run(); });
}

RunningServer::~RunningServer() {
  server_.Shutdown();
  thread_.join();
}

}  // namespace trestle
