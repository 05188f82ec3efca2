// The lines of a server's requests, over sockets and through a handler (O13).

#include "trestle/server/access_log.h"

#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <regex>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/server/gateway/shop.pb.h"
#include "trestle/server/grpc_backend.h"
#include "trestle/server/middleware.h"
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
  if (absl::StrContains(call.request, "items/none")) {
    return {{}, grpc::Status(grpc::StatusCode::NOT_FOUND, "none"), {}, {}, false};
  }
  return {{call.request}, grpc::Status::OK, {}, {}, false};
}

// Keeps the lines, with times replaced by "T".
class Lines {
 public:
  void Write(const std::string& line) {
    static const std::regex kTime(R"(time=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)");
    static const std::regex kDuration(R"(_ms=\d+\.\d{3})");
    const std::string without_time = std::regex_replace(line, kTime, "time=T");
    const std::lock_guard<std::mutex> lock(mutex_);
    lines_.push_back(std::regex_replace(without_time, kDuration, "_ms=T"));
  }
  // Waits for `count` lines in all, and returns the last.
  std::string Await(size_t count) {
    AwaitTrue("a line has been written", [&] {
      const std::lock_guard<std::mutex> lock(mutex_);
      return lines_.size() >= count;
    });
    const std::lock_guard<std::mutex> lock(mutex_);
    EXPECT_EQ(lines_.size(), count);
    return lines_.empty() ? "" : lines_.back();
  }
  size_t size() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return lines_.size();
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> lines_;
};

// Marks health probes.
class Prober final : public RequestObserver {
 public:
  void OnBegin(Request& request, RequestRecord& record) override {
    record.is_probe = request.http.path == "/livez";
  }
  void OnEnd(const RequestRecord&) override {}
};

class AccessLogTest : public testing::Test {
 protected:
  void Start(const AccessLogOptions& options) {
    ServerOptions server_options;
    server_options.work.concurrency = TestConcurrency();
    server_ = std::make_unique<Server>(server_options);
    EXPECT_TRUE(server_->Add(Routes(), backend_.get()).ok());
    const auto greet = [](Request& request) {
      AddField(request, "tenant", "a");
      return Reply::Text(200, "hi");
    };
    EXPECT_TRUE(server_->Handle("GET", "/hi", greet).ok());
    EXPECT_TRUE(server_->Handle("GET", "/livez", greet).ok());
    server_->Use(RequestId([] { return "new-id"; }));
    server_->Observe(std::make_shared<Prober>());
    server_->Observe(
        NewAccessLog(options, [this](absl::string_view line) { lines_.Write(std::string(line)); }));
  }
  int Listen() {
    running_ = std::make_unique<RunningServer>(server_.get());
    return running_->port();
  }

  GenericBackend service_{AnswerTo};
  std::unique_ptr<Backend> backend_ = NewGrpcBackend(service_.InProcess());
  Lines lines_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<RunningServer> running_;
};

TEST_F(AccessLogTest, O13EachRequestHasOneLine) {
  const struct {
    std::string request;
    std::string line;
  } kRows[] = {
      {"GET /v1/items/1?view=FULL HTTP/1.1\r\nHost: h\r\nUser-Agent: curl/8\r\nX-Request-Id: "
       "7\r\n\r\n",
       "time=T method=GET path=/v1/items/1 query=view route=\"/v1/{name=items/*}\" "
       "rpc=trestle.test.shop.Shop/GetItem status=400 bytes_in=0 bytes_out=232 duration_ms=T "
       "peer=127.0.0.1 client=127.0.0.1 user_agent=curl/8 request_id=7 termination=complete\n"},
      {"GET /v1/items/none HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 203.0.113.9\r\n\r\n",
       "time=T method=GET path=/v1/items/none route=\"/v1/{name=items/*}\" "
       "rpc=trestle.test.shop.Shop/GetItem status=404 grpc_code=NOT_FOUND bytes_in=0 "
       "bytes_out=73 duration_ms=T backend_ms=T peer=127.0.0.1 client=203.0.113.9 "
       "request_id=new-id termination=complete\n"},
      {"GET /v1/items/1:watch HTTP/1.1\r\nHost: h\r\n\r\n",
       "time=T method=GET path=/v1/items/1:watch route=\"/v1/{name=items/*}:watch\" "
       "rpc=trestle.test.shop.Shop/Watch status=200 grpc_code=OK bytes_in=0 bytes_out=20 "
       "duration_ms=T backend_ms=T peer=127.0.0.1 client=127.0.0.1 request_id=new-id "
       "termination=complete\n"},
      {"GET /hi HTTP/1.1\r\nHost: h\r\n\r\n",
       "time=T method=GET path=/hi route=/hi status=200 bytes_in=0 bytes_out=2 duration_ms=T "
       "peer=127.0.0.1 client=127.0.0.1 request_id=new-id termination=complete fields.tenant=a\n"},
      {"GET /a%0Ab HTTP/1.1\r\nHost: h\r\nUser-Agent: \x80\xe2\x80\xa8\" status=1\r\n\r\n",
       "time=T method=GET path=/a%0Ab status=404 bytes_in=0 bytes_out=92 duration_ms=T "
       "peer=127.0.0.1 client=127.0.0.1 user_agent=\"\xef\xbf\xbd\\u2028\\\" status=1\" "
       "request_id=new-id termination=complete\n"},
      {"GET /hi\r\n\r\n",
       "time=T status=400 bytes_in=0 bytes_out=123 duration_ms=T peer=127.0.0.1 "
       "client=127.0.0.1 termination=complete\n"},
  };
  AccessLogOptions options;
  options.trusted_hops = 1;
  Start(options);
  const int port = Listen();
  size_t count = 0;
  for (const auto& row : kRows) {
    RawClient client(port);
    client.Send(row.request);
    client.EndSending();
    client.ReadAll();
    EXPECT_EQ(lines_.Await(++count), row.line);
  }
}

TEST_F(AccessLogTest, O13ProbesAreNotLogged) {
  Start({});
  const Handler handler = server_->AsHandler();
  for (const char* path : {"/livez", "/hi"}) {
    Request request;
    request.http.method = "GET";
    request.http.path = path;
    EXPECT_EQ(handler(request).http.status, 200);
  }
  EXPECT_TRUE(absl::StrContains(lines_.Await(1), " path=/hi "));
}

TEST_F(AccessLogTest, O13SuccessesAreSampledAndErrorsAreNot) {
  AccessLogOptions options;
  options.sample = 0.25;
  Start(options);
  const Handler handler = server_->AsHandler();
  const auto get = [&](const char* path) {
    Request request;
    request.http.method = "GET";
    request.http.path = path;
    handler(request);
  };
  for (int i = 0; i < 4000; ++i) get("/hi");
  const size_t sampled = lines_.size();
  // Ten standard deviations.
  EXPECT_GT(sampled, 726u);
  EXPECT_LT(sampled, 1274u);
  for (int i = 0; i < 100; ++i) get("/nowhere");
  EXPECT_EQ(lines_.size(), sampled + 100);
}

TEST_F(AccessLogTest, O13ASampleOfNothingHasTheErrors) {
  AccessLogOptions options;
  options.sample = 0;
  Start(options);
  const Handler handler = server_->AsHandler();
  for (const char* path : {"/hi", "/nowhere"}) {
    Request request;
    request.http.method = "GET";
    request.http.path = path;
    handler(request);
  }
  EXPECT_TRUE(absl::StrContains(lines_.Await(1), " path=/nowhere "));
}

}  // namespace
}  // namespace trestle
