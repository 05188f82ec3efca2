// The admin pages of a server, over sockets.

#include "trestle/server/admin.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "tests/server/gateway/shop.pb.h"
#include "trestle/server/admin/health_service.h"
#include "trestle/server/backend.h"
#include "trestle/server/request_observer.h"
#include "trestle/server/server.h"
#include "trestle/tests/testing/await.h"
#include "trestle/tests/testing/raw_client.h"
#include "trestle/tests/testing/running_server.h"
#include "trestle/tests/testing/test_concurrency.h"

namespace trestle {
namespace {

using test::shop::GetItemRequest;
using test::shop::Item;

// A backend whose health a test sets. Its calls echo, or wait for Release.
class FakeBackend final : public Backend {
 public:
  std::string name() const override { return "10.0.0.7:9090"; }
  BackendHealth Health(absl::Time) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    return health_;
  }
  void SetHealth(BackendHealth health) {
    const std::lock_guard<std::mutex> lock(mutex_);
    health_ = std::move(health);
  }
  absl::Status Unary(absl::string_view method, CallContext&, std::string request,
                     WireBytes* response) override {
    if (method == kHealthCheckMethod) {
      EXPECT_EQ(request, HealthCheckRequest("trestle.test.shop.Shop"));
      const std::lock_guard<std::mutex> lock(mutex_);
      *response = WireBytes(health_response_);
      return health_status_;
    }
    if (is_blocked_) released_.wait();
    *response = WireBytes(std::move(request));
    return absl::OkStatus();
  }
  absl::StatusOr<std::unique_ptr<BackendStream>> Stream(absl::string_view, CallContext&) override {
    return absl::UnimplementedError("");
  }

  void Block() { is_blocked_ = true; }
  void Release() {
    if (is_blocked_.exchange(false)) release_.set_value();
  }
  void SetHealthResponse(absl::Status status, std::string response) {
    const std::lock_guard<std::mutex> lock(mutex_);
    health_status_ = std::move(status);
    health_response_ = std::move(response);
  }

 private:
  std::mutex mutex_;
  BackendHealth health_;
  absl::Status health_status_;
  std::string health_response_;
  std::atomic<bool> is_blocked_{false};
  std::promise<void> release_;
  std::shared_future<void> released_ = release_.get_future().share();
};

// Counts the requests that are probes, and the others.
class ProbeCounter final : public RequestObserver {
 public:
  void OnBegin(Request&, RequestRecord&) override {}
  void OnEnd(const RequestRecord& record) override { ++(record.is_probe ? probes : others); }
  std::atomic<int> probes{0};
  std::atomic<int> others{0};
};

// Returns "200 body".
std::string Ask(RawClient& client, absl::string_view request_line, absl::string_view fields = "",
                absl::string_view body = "") {
  client.Send(absl::StrCat(request_line, " HTTP/1.1\r\nHost: a\r\n", fields,
                           "Content-Length: ", body.size(), "\r\n\r\n", body));
  const std::string head = client.ReadHead();
  return absl::StrCat(StatusOf(head), " ", client.ReadBody(head));
}

class AdminTest : public testing::Test {
 protected:
  AdminTest() {
    options_.work.concurrency = TestConcurrency();
    options_.work.loops = 1;
    admin_options_.address = "127.0.0.1:0";
    options_.work.stuck_after = absl::Milliseconds(20);
  }
  ~AdminTest() override { Stop(); }

  void Start() {
    server_ = std::make_unique<Server>(options_);
    EXPECT_TRUE(server_
                    ->Add({Unary<GetItemRequest, Item>("/trestle.test.shop.Shop/GetItem",
                                                       {"GET", "/v1/{name=items/*}"}),
                           Unary<Item, Item>("/trestle.test.shop.Shop/AddItem",
                                             {"POST", "/v1/items", "*"})},
                          &backend_)
                    .ok());
    server_->Observe(counter_);
    auto admin = Admin::Make(admin_options_, server_.get());
    ASSERT_TRUE(admin.ok()) << admin.status();
    admin_ = *std::move(admin);
    const auto url = server_->Listen("127.0.0.1:0");
    ASSERT_TRUE(url.ok()) << url.status();
    port_ = PortOf(*url);
    const auto admin_url = admin_->Start();
    ASSERT_TRUE(admin_url.ok()) << admin_url.status();
    admin_url_ = *admin_url;
    thread_ = std::thread([this] { server_->Run(); });
  }
  void Stop() {
    backend_.Release();
    if (server_ != nullptr) server_->Shutdown();
    if (thread_.joinable()) thread_.join();
    admin_.reset();
    server_.reset();
  }

  std::string AskAdmin(absl::string_view request_line, absl::string_view fields = "",
                       absl::string_view body = "") const {
    RawClient client(PortOf(admin_url_));
    return Ask(client, request_line, fields, body);
  }
  std::string AskPublic(absl::string_view request_line) const {
    RawClient client(port_);
    return Ask(client, request_line);
  }

  ServerOptions options_;
  AdminOptions admin_options_;
  FakeBackend backend_;
  std::shared_ptr<ProbeCounter> counter_ = std::make_shared<ProbeCounter>();
  std::unique_ptr<Server> server_;
  std::unique_ptr<Admin> admin_;
  std::string admin_url_;
  int port_ = 0;
  std::thread thread_;
};

TEST_F(AdminTest, O1APublicListenerHasNoAdminPages) {
  Start();
  for (const char* path : {"/", "/livez", "/readyz", "/healthz", "/metrics", "/routes", "/config",
                           "/version", "/loglevel", "/requests"}) {
    EXPECT_TRUE(absl::StartsWith(AskPublic(absl::StrCat("GET ", path)), "404 ")) << path;
  }
  EXPECT_TRUE(absl::StartsWith(AskPublic("POST /drain"), "404 "));
  EXPECT_FALSE(server_->is_draining());
}

TEST_F(AdminTest, O1AnAddressThatOtherHostsCanReachIsReported) {
  std::vector<std::string> warnings;
  admin_options_.warn = [&](const std::string& message) { warnings.push_back(message); };
  for (const char* address : {"127.0.0.1:0", "localhost:0", "127.3.2.1:0"}) {
    admin_options_.address = address;
    Start();
    Stop();
  }
  std::string folder = "/tmp/admin_test.XXXXXX";  // the path of a socket must be short
  ASSERT_NE(mkdtemp(&folder[0]), nullptr);
  const std::string socket = absl::StrCat(folder, "/admin.sock");
  admin_options_.address = absl::StrCat("unix:", socket);
  Start();
  {
    RawClient client(socket);
    EXPECT_EQ(Ask(client, "GET /livez"), "200 ok\n");
  }
  Stop();
  EXPECT_EQ(rmdir(folder.c_str()), 0);  // the socket is gone
  EXPECT_EQ(absl::StrJoin(warnings, "\n"), "");
  admin_options_.address = "0.0.0.0:0";
  Start();
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_EQ(warnings[0],
            absl::StrCat("the admin address ", admin_url_,
                         " can be reached from other hosts: anyone who can connect to it can drain "
                         "this process"));
}

TEST_F(AdminTest, O1WrongOptionsAreRefused) {
  const struct {
    const char* address;
    const char* health_path;
    const char* message;
  } kRows[] = {
      {"9901", "", "listen address \"9901\": the host is missing"},
      {"https://127.0.0.1:0", "",
       "admin address \"https://127.0.0.1:0\": TLS is not supported here"},
      {"", "health", "health path \"health\": it must begin with \"/\", and not end with it"},
      {"", "/", "health path \"/\": it must begin with \"/\", and not end with it"},
      {"", "/{a}", "custom handlers cannot have path variables"},
      {"", "/taken", "/taken/livez"},
  };
  for (const auto& row : kRows) {
    Server server(options_);
    ASSERT_TRUE(
        server.Handle("GET", "/taken/livez", [](Request&) { return Reply::Text(200, ""); }).ok());
    AdminOptions options;
    options.address = row.address;
    options.health_path = row.health_path;
    const auto admin = Admin::Make(options, &server);
    EXPECT_FALSE(admin.ok());
    EXPECT_TRUE(absl::StrContains(admin.status().message(), row.message)) << admin.status();
  }
}

TEST_F(AdminTest, WrongRequestsGetTheUsualErrors) {
  Start();
  EXPECT_TRUE(absl::StrContains(AskAdmin("GET /nowhere"), "no route for \\\"/nowhere\\\""));
  EXPECT_TRUE(absl::StartsWith(AskAdmin("GET /metrics"), "404 "));
  EXPECT_TRUE(absl::StartsWith(AskAdmin("GET /config"), "404 "));
  EXPECT_TRUE(absl::StartsWith(AskAdmin("GET /loglevel"), "404 "));
  EXPECT_TRUE(absl::StrContains(AskAdmin("GET /drain"), "GET is not allowed for \\\"/drain\\\""));
  EXPECT_TRUE(absl::StartsWith(AskAdmin("POST /livez"), "405 "));
  const struct {
    const char* line;
    const char* message;
  } kRows[] = {
      {"GET /livez?all", "unknown parameter \\\"all\\\": expected verbose"},
      {"GET /routes?format=xml", "the format \\\"xml\\\" is unknown: expected json or text"},
      {"GET /routes?format=%zz", "malformed escape in the query parameter"},
      {"GET /requests?format=text&format=json", "the parameter \\\"format\\\" is repeated"},
      {"GET /version?a=1", "unknown parameter \\\"a\\\": this page has no parameters"},
      {"POST /drain?now", "unknown parameter \\\"now\\\": this page has no parameters"},
      {"GET /healthz", "the service is missing: /healthz?service=NAME"},
  };
  for (const auto& row : kRows) {
    const std::string answer = AskAdmin(row.line);
    EXPECT_TRUE(absl::StartsWith(answer, "400 ")) << answer;
    EXPECT_TRUE(absl::StrContains(answer, row.message)) << answer;
  }
  EXPECT_FALSE(server_->is_draining());
  // A body cannot use up memory.
  EXPECT_TRUE(absl::StartsWith(AskAdmin("POST /drain", "", std::string(5000, 'a')), "413 "));
}

TEST_F(AdminTest, TheIndexListsWhatThereIs) {
  Start();
  const std::string index = AskAdmin("GET /");
  EXPECT_TRUE(absl::StrContains(index, "GET /livez: ")) << index;
  EXPECT_TRUE(absl::StrContains(index, "POST /drain: ")) << index;
  EXPECT_FALSE(absl::StrContains(index, "/metrics")) << index;
}

// A handler that blocks its loop's thread. A blocked thread of a pool leaves the loop alone.
TEST_F(AdminTest, O2LivezNamesALoopThatIsStuck) {
  options_.work.concurrency = Concurrency::kFibers;
  Start();
  EXPECT_EQ(AskAdmin("GET /livez"), "200 ok\n");
  EXPECT_EQ(AskAdmin("GET /livez?verbose"), "200 [+]loops: ok\nlivez passed\n");
  backend_.Block();
  RawClient client(port_);
  client.Send("GET /v1/items/1 HTTP/1.1\r\nHost: a\r\n\r\n");
  std::string answer;
  AwaitTrue("the loop is stuck", [&] {
    answer = AskAdmin("GET /livez");
    return absl::StartsWith(answer, "503 ");
  });
  EXPECT_EQ(answer, "503 loop 0 does not respond\n");
  EXPECT_EQ(AskAdmin("GET /livez?verbose"),
            "503 [-]loop 0: loop 0 does not respond\nlivez failed\n");
  EXPECT_EQ(AskAdmin("GET /readyz"), "200 ok\n");
  backend_.Release();
  AwaitTrue("the loop responds", [&] { return AskAdmin("GET /livez") == "200 ok\n"; });
}

TEST_F(AdminTest, O2O6ReadyzHasALineForEachReason) {
  Start();
  EXPECT_EQ(AskAdmin("GET /readyz"), "200 ok\n");
  EXPECT_EQ(AskAdmin("GET /readyz?verbose"),
            "200 [+]drain: ok\n[+]routes: ok\n[+]backend 10.0.0.7:9090: ok\nreadyz passed\n");
  backend_.SetHealth({absl::UnavailableError("Connection refused"), false});
  EXPECT_EQ(AskAdmin("GET /readyz"), "200 ok\n");
  EXPECT_EQ(AskAdmin("GET /readyz?verbose"),
            "200 [+]drain: ok\n[+]routes: ok\n[~]backend 10.0.0.7:9090: backend 10.0.0.7:9090: "
            "Connection refused\nreadyz passed\n");
  backend_.SetHealth({absl::UnavailableError("Connection refused"), true});
  EXPECT_EQ(AskAdmin("GET /readyz"), "503 backend 10.0.0.7:9090: Connection refused\n");
  EXPECT_EQ(AskAdmin("GET /livez"), "200 ok\n");
  server_->Shutdown();
  EXPECT_EQ(AskAdmin("GET /readyz"),
            "503 the server is draining\nbackend 10.0.0.7:9090: Connection refused\n");
}

TEST_F(AdminTest, O1TheHealthPathIsPublicAndNamesNoAddress) {
  admin_options_.health_path = "/health";
  Start();
  EXPECT_EQ(AskPublic("GET /health/livez"), "200 ok\n");
  EXPECT_EQ(AskPublic("GET /health/readyz?verbose"), "200 ok\n");
  backend_.SetHealth({absl::UnavailableError("Connection refused"), true});
  EXPECT_EQ(AskPublic("GET /health/readyz"), "503 a required backend is unavailable\n");
  EXPECT_TRUE(absl::StartsWith(AskPublic("GET /health/routes"), "404 "));
  AwaitTrue("the requests have ended", [&] { return counter_->probes + counter_->others == 4; });
  EXPECT_EQ(counter_->probes, 3);
}

TEST_F(AdminTest, O1TheHealthPathNeedsNoAdminListener) {
  admin_options_.health_path = "/health";
  admin_options_.address = "";
  Start();
  EXPECT_EQ(admin_url_, "");
  EXPECT_EQ(AskPublic("GET /health/readyz"), "200 ok\n");
}

TEST_F(AdminTest, O2HealthzAsksTheBackendOfTheService) {
  Start();
  const std::string line = "GET /healthz?service=trestle.test.shop.Shop";
  const struct {
    absl::Status status;
    std::string response;
    std::string answer;
  } kRows[] = {
      {absl::OkStatus(), "\x08\x01", "200 {\"status\":\"SERVING\"}\n"},
      {absl::OkStatus(), "\x08\x02", "503 {\"status\":\"NOT_SERVING\"}\n"},
      {absl::OkStatus(), "", "503 {\"status\":\"UNKNOWN\"}\n"},
      {absl::OkStatus(), "\x0a\x01", "is malformed"},
      {absl::NotFoundError("unknown service"), "", "Check failed: NOT_FOUND: unknown service"},
  };
  for (const auto& row : kRows) {
    backend_.SetHealthResponse(row.status, row.response);
    const std::string answer = AskAdmin(line);
    EXPECT_TRUE(absl::StrContains(answer, row.answer)) << answer;
    EXPECT_TRUE(absl::StartsWith(answer, row.answer.substr(0, 3) == "200" ? "200 " : "503 "));
  }
  const std::string answer = AskAdmin("GET /healthz?service=a.B");
  EXPECT_TRUE(absl::StartsWith(answer, "404 ")) << answer;
  EXPECT_TRUE(absl::StrContains(answer, "no route belongs to the service \\\"a.B\\\"")) << answer;
}

TEST_F(AdminTest, O3MetricsComeFromAHandler) {
  admin_options_.metrics = [](Request& request) {
    const std::string* accept = FindField(request.http.headers, "Accept");
    return Reply::Text(200, accept == nullptr ? "none" : *accept);
  };
  Start();
  EXPECT_EQ(AskAdmin("GET /metrics", "Accept: application/openmetrics-text\r\n"),
            "200 application/openmetrics-text");
}

TEST_F(AdminTest, O4RoutesAreJsonOrATable) {
  Start();
  const std::string text =
      "200 METHOD  PATH                RPC                             BACKEND        BODY  "
      "RESPONSE_BODY\n"
      "GET     /v1/{name=items/*}  trestle.test.shop.Shop/GetItem  10.0.0.7:9090  -     -\n"
      "POST    /v1/items           trestle.test.shop.Shop/AddItem  10.0.0.7:9090  *     -\n";
  EXPECT_EQ(AskAdmin("GET /routes?format=text"), text);
  EXPECT_EQ(AskAdmin("GET /routes", "Accept: text/plain\r\n"), text);
  const std::string json = AskAdmin("GET /routes", "Accept: */*\r\n");
  EXPECT_TRUE(absl::StartsWith(
      json,
      "200 [\n{\"method\":\"GET\",\"path\":\"/v1/{name=items/*}\",\"rpc\":\"trestle.test.shop.Shop/"
      "GetItem\",\"backend\":\"10.0.0.7:9090\",\"body\":\"\",\"response_body\":\"\"},\n"))
      << json;
  EXPECT_EQ(AskAdmin("GET /routes?format=json", "Accept: text/plain\r\n"), json);
}

TEST_F(AdminTest, O4TheSettingsAreShown) {
  admin_options_.settings = [] {
    return std::vector<Setting>{{"listen", {"a:1", "b:2"}, "gateway.toml:3"},
                                {"admin", {}, "default"}};
  };
  Start();
  EXPECT_EQ(AskAdmin("GET /config?format=text"),
            "200 NAME    VALUE    SOURCE\n"
            "listen  a:1 b:2  gateway.toml:3\n"
            "admin   -        default\n");
  std::string json = AskAdmin("GET /config");
  json.erase(std::remove_if(json.begin(), json.end(), absl::ascii_isspace), json.end());
  EXPECT_EQ(json,
            "200[{\"name\":\"listen\",\"values\":[\"a:1\",\"b:2\"],\"source\":\"gateway.toml:3\"},"
            "{\"name\":\"admin\",\"values\":[],\"source\":\"default\"}]");
}

TEST_F(AdminTest, O4TheVersionIsShown) {
  Start();
  const std::string answer = AskAdmin("GET /version");
  EXPECT_TRUE(absl::StartsWith(answer, "200 {\"name\":\"trestle\",\"version\":\"")) << answer;
  EXPECT_TRUE(absl::StrContains(answer, "\"grpc\":\"1.")) << answer;
}

TEST_F(AdminTest, O4TheLogLevelIsReadAndSet) {
  std::string level = "info";  // changed on the admin loop only, between two requests
  admin_options_.log_level = [&] { return level; };
  admin_options_.set_log_level = [&](const std::string& to) {
    if (to != "debug") return absl::InvalidArgumentError("no such level");
    level = to;
    return absl::OkStatus();
  };
  Start();
  EXPECT_EQ(AskAdmin("GET /loglevel"), "200 info\n");
  EXPECT_TRUE(absl::StartsWith(AskAdmin("PUT /loglevel", "", "loud"), "400 "));
  EXPECT_EQ(AskAdmin("GET /loglevel"), "200 info\n");
  EXPECT_EQ(AskAdmin("PUT /loglevel", "", "debug\n"), "200 debug\n");
  EXPECT_EQ(AskAdmin("GET /loglevel"), "200 debug\n");
  EXPECT_TRUE(absl::StrContains(AskAdmin("POST /loglevel"), "only GET, HEAD, OPTIONS, PUT"));
}

TEST_F(AdminTest, O4RequestsInProgressAreListed) {
  Start();
  EXPECT_EQ(AskAdmin("GET /requests?format=text"),
            "200 AGE  METHOD  ROUTE  RPC  PEER  PHASE  RECEIVED  SENT\n");
  RawClient first(port_);
  first.Send("POST /v1/items HTTP/1.1\r\nHost: a\r\nContent-Length: 20\r\n\r\n{\"name\":");
  std::string answer;
  AwaitTrue("the first request is listed with what has come of its body", [&] {
    answer = AskAdmin("GET /requests");
    return absl::StrContains(answer, "\"bytes_received\": 8");
  });
  EXPECT_TRUE(absl::StrContains(answer, "\"count\": 1,")) << answer;
  EXPECT_TRUE(absl::StrContains(answer,
                                "\"method\": \"POST\",\n   \"route\": \"/v1/items\",\n   "
                                "\"rpc\": \"trestle.test.shop.Shop/AddItem\",\n   "
                                "\"peer\": \"127.0.0.1\",\n   "
                                "\"phase\": \"reading the request\","))
      << answer;
  backend_.Block();
  RawClient second(port_);
  second.Send("GET /v1/items/1 HTTP/1.1\r\nHost: a\r\n\r\n");
  AwaitTrue("the second request waits for the backend", [&] {
    answer = AskAdmin("GET /requests?format=text");
    return absl::StrContains(answer, "waiting for the backend");
  });
  const std::vector<std::string> lines = absl::StrSplit(answer, '\n');
  ASSERT_EQ(lines.size(), 4u) << answer;
  EXPECT_TRUE(absl::StrContains(lines[1], " POST ")) << answer;  // the oldest first
  EXPECT_TRUE(absl::StrContains(lines[2], " GET ")) << answer;
  EXPECT_TRUE(absl::StrContains(lines[2], " trestle.test.shop.Shop/GetItem ")) << answer;
  backend_.Release();
  second.ReadResponse();
  first.Close();
  AwaitTrue("no request is left",
            [&] { return absl::StrContains(AskAdmin("GET /requests"), "\"count\": 0"); });
}

// Many requests begin and end while the list is read: for the sanitizers.
TEST_F(AdminTest, O4TheListIsReadWhileRequestsAreServed) {
  options_.work.loops = 2;
  Start();
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([this] {
      RawClient client(port_);
      for (int request = 0; request < 100; ++request) {
        EXPECT_EQ(Ask(client, "POST /v1/items", "", "{\"name\":\"a\"}"), "200 {\"name\":\"a\"}");
      }
    });
  }
  for (int i = 0; i < 50; ++i) {
    EXPECT_TRUE(absl::StartsWith(AskAdmin("GET /requests"), "200 "));
  }
  for (std::thread& client : clients) client.join();
  AwaitTrue("no request is left",
            [&] { return absl::StrContains(AskAdmin("GET /requests"), "\"count\": 0"); });
}

TEST_F(AdminTest, O4DrainStartsOnce) {
  std::atomic<int> drains{0};
  admin_options_.drain = [&] { ++drains; };
  Start();
  // A web page cannot do that.
  EXPECT_TRUE(absl::StartsWith(AskAdmin("POST /drain", "Origin: http://a.example\r\n"), "403 "));
  EXPECT_EQ(drains, 0);
  EXPECT_EQ(AskAdmin("POST /drain"), "202 draining\n");
  EXPECT_EQ(AskAdmin("POST /drain"), "202 draining\n");
  EXPECT_EQ(drains, 1);
}

TEST_F(AdminTest, O4DrainEndsTheServer) {
  Start();
  EXPECT_EQ(AskAdmin("POST /drain"), "202 draining\n");
  thread_.join();
  EXPECT_TRUE(server_->is_draining());
  EXPECT_EQ(AskAdmin("GET /readyz"), "503 the server is draining\n");
  EXPECT_EQ(AskAdmin("GET /livez?verbose"), "200 [+]loops: ok\nlivez passed\n");
}

}  // namespace
}  // namespace trestle
