// Metrics of a real server, over sockets.

#include "trestle/server/metrics.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/server/gateway/shop.pb.h"
#include "trestle/server/grpc_backend.h"
#include "trestle/server/server.h"
#include "trestle/tests/testing/await.h"
#include "trestle/tests/testing/generic_backend.h"
#include "trestle/tests/testing/raw_client.h"
#include "trestle/tests/testing/running_server.h"
#include "trestle/tests/testing/test_concurrency.h"

namespace trestle {
namespace {

using test::shop::GetItemRequest;
using test::shop::Item;

std::vector<ServiceRoute> Routes() {
  return {
      Unary<GetItemRequest, Item>("/trestle.test.shop.Shop/GetItem", {"GET", "/v1/{name=items/*}"}),
      ServerStreaming<GetItemRequest, Item>("/trestle.test.shop.Shop/Watch",
                                            {"GET", "/v1/{name=items/*}:watch"})};
}

GenericBackend::Response AnswerTo(const GenericBackend::Call& call) {
  if (absl::EndsWith(call.method, "Watch")) {
    return {{call.request, call.request, call.request}, grpc::Status::OK, {}, {}, false};
  }
  return {{call.request}, grpc::Status::OK, {}, {}, false};
}

// Returns the lines of `text` that begin with `name`.
std::vector<std::string> LinesOf(const std::string& text, absl::string_view name) {
  std::vector<std::string> lines;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    if (absl::StartsWith(line, name)) lines.emplace_back(line);
  }
  return lines;
}

class MetricsTest : public testing::Test {
 protected:
  MetricsTest() {
    options_.work.concurrency = TestConcurrency();
    options_.connections.max_connections = 3;
    server_ = std::make_unique<Server>(options_);
    EXPECT_TRUE(server_->Add(Routes(), backend_.get()).ok());
    metrics_ = ObserveMetrics({}, server_.get());
    running_ = std::make_unique<RunningServer>(server_.get());
    port_ = running_->port();
  }

  std::string Scrape() const { return metrics_->Scrape(MetricsFormat::kPrometheus); }

  // Waits until a line of a scrape is `line`.
  void AwaitLine(const std::string& line) const {
    AwaitTrue("the line " + line,
              [&] { return absl::StrContains(Scrape(), absl::StrCat("\n", line, "\n")); });
  }

  GenericBackend service_{AnswerTo};
  std::unique_ptr<Backend> backend_ = NewGrpcBackend(service_.InProcess());
  ServerOptions options_;
  std::unique_ptr<Server> server_;
  std::shared_ptr<Metrics> metrics_;
  std::unique_ptr<RunningServer> running_;
  int port_ = 0;
};

TEST_F(MetricsTest, O7RequestsCallsAndMessages) {
  RawClient client(port_);
  for (const char* path : {"/v1/items/1", "/v1/items/2", "/v1/items/1:watch", "/nowhere"}) {
    client.Send(absl::StrCat("GET ", path, " HTTP/1.1\r\nHost: h\r\n\r\n"));
    client.ReadResponse();
  }
  AwaitLine(
      "http_server_request_duration_seconds_count{http_request_method=\"GET\","
      "http_response_status_code=\"200\",http_route=\"/v1/{name=items/*}\",url_scheme=\"http\"} "
      "2");
  AwaitLine(
      "http_server_request_duration_seconds_count{http_request_method=\"GET\","
      "http_response_status_code=\"404\",url_scheme=\"http\"} 1");
  AwaitLine(
      "rpc_client_duration_seconds_count{rpc_grpc_status_code=\"0\","
      "rpc_service=\"trestle.test.shop.Shop\",rpc_method=\"GetItem\",rpc_system=\"grpc\"} 2");
  AwaitLine(
      "trestle_rpc_stream_messages_total{direction=\"received\","
      "rpc_service=\"trestle.test.shop.Shop\",rpc_method=\"Watch\"} 3");
  AwaitLine("http_server_active_requests{http_request_method=\"GET\",url_scheme=\"http\"} 0");
}

TEST_F(MetricsTest, O7ConnectionsAndTheServer) {
  AwaitLine("trestle_connections_open 0");
  {
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 3; ++i) clients.push_back(std::make_unique<RawClient>(port_));
    AwaitLine("trestle_connections_open 3");
    RawClient refused(port_);
    EXPECT_EQ(StatusOf(refused.ReadHead()), "503");
    AwaitLine("trestle_connections_refused_total{reason=\"max_connections\"} 1");
  }
  AwaitLine("trestle_connections_open 0");
  AwaitLine("trestle_connections_accepted_total 3");
  AwaitLine("trestle_buffered_bytes 0");
  AwaitLine("trestle_buffered_limit_bytes 1073741824");
  AwaitLine("trestle_fibers{state=\"working\"} 0");
  AwaitLine(absl::StrCat("trestle_loops ", server_->stats().loops));
  EXPECT_EQ(LinesOf(Scrape(), "trestle_build_info{version=").size(), 1u);
}

TEST_F(MetricsTest, O3TheHandlerChoosesTheFormat) {
  const Handler handler = MetricsHandler(metrics_);
  Request request;
  Reply reply = handler(request);
  EXPECT_EQ(reply.http.status, 200);
  EXPECT_EQ(*FindField(reply.http.headers, "Content-Type"),
            "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_TRUE(absl::StartsWith(reply.http.body, "# HELP http_server_request_duration_seconds "));
  request.http.headers = {{"Accept", "application/openmetrics-text;version=1.0.0"}};
  reply = handler(request);
  EXPECT_EQ(*FindField(reply.http.headers, "Content-Type"),
            "application/openmetrics-text; version=1.0.0; charset=utf-8");
  EXPECT_TRUE(absl::EndsWith(reply.http.body, "\n# EOF\n"));
}

TEST_F(MetricsTest, ScrapesMayComeAtAnyTime) {
  std::thread scraper([&] {
    for (int i = 0; i < 50; ++i) EXPECT_TRUE(absl::EndsWith(Scrape(), "\n"));
  });
  for (int i = 0; i < 20; ++i) {
    RawClient client(port_);
    client.Send("GET /v1/items/1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    client.ReadAll();
  }
  server_->Shutdown();
  scraper.join();
}

// O8: clients choose paths, methods and hosts, and no series comes of that.
TEST_F(MetricsTest, O8SeriesAreBoundedWhateverClientsSend) {
  constexpr int kRequests = 10000;
  constexpr int kAtOnce = 50;
  RawClient client(port_);
  for (int sent = 0; sent < kRequests; sent += kAtOnce) {
    std::string requests;
    for (int i = sent; i < sent + kAtOnce; ++i) {
      absl::StrAppend(&requests, i % 2 == 0 ? "GET" : absl::StrCat("M", i), " /", i,
                      i % 3 == 0 ? absl::StrCat("/v1/items/", i) : absl::StrCat("?q=", i),
                      " HTTP/1.1\r\nHost: h", i, ".example\r\n\r\n");
    }
    client.Send(requests);
    for (int i = 0; i < kAtOnce; ++i) client.ReadResponse();
  }
  constexpr char kCount[] = "http_server_request_duration_seconds_count";
  AwaitTrue("all requests have ended", [&] {
    int ended = 0;
    for (const std::string& line : LinesOf(Scrape(), kCount)) {
      int count = 0;
      EXPECT_TRUE(absl::SimpleAtoi(line.substr(line.rfind(' ') + 1), &count));
      ended += count;
    }
    return ended == kRequests;
  });
  const std::string text = Scrape();
  // GET and _OTHER, without a route.
  EXPECT_EQ(LinesOf(text, kCount).size(), 2u) << text;
  EXPECT_FALSE(absl::StrContains(text, "h1.example"));
  EXPECT_LT(LinesOf(text, "").size(), 250u);
}

}  // namespace
}  // namespace trestle
