// The records that observers get: over sockets, and through a handler in another HTTP server.

#include "trestle/server/request_observer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "tests/server/gateway/shop.pb.h"
#include "trestle/server/body_source.h"
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

// Returns a record in one line: "GET /v1/items/1 | GET /v1/{name=items/*} Shop.GetItem | 200 grpc 0
// | 0 -> 18 | 1 -> 1 messages | complete | tenant=a".
std::string ToText(const RequestRecord& record) {
  const RouteInfo* route = record.route;
  std::vector<std::string> parts = {
      record.request == nullptr
          ? "no request"
          : absl::StrCat(record.request->http.method, " ", record.request->http.path),
      route == nullptr ? "no route" : absl::StrCat(route->http_method, " ", route->path),
      absl::StrCat(record.status)};
  if (record.grpc_code.has_value()) parts.back() += absl::StrCat(" grpc ", *record.grpc_code);
  parts.push_back(absl::StrCat(record.request_bytes.load(), " -> ", record.response_bytes.load()));
  const uint64_t sent = record.messages_sent;
  const uint64_t received = record.messages_received;
  if (sent + received > 0) parts.push_back(absl::StrCat(sent, " -> ", received, " messages"));
  parts.push_back(std::string(TerminationName(record.termination)));
  for (const auto& [name, value] : record.fields) parts.push_back(absl::StrCat(name, "=", value));
  return absl::StrJoin(parts, " | ");
}

// Keeps the texts of all records.
class Recorder final : public RequestObserver {
 public:
  void OnBegin(Request& request, RequestRecord& record) override {
    EXPECT_EQ(request.record, &record);
    EXPECT_EQ(record.request, &request);
    record.call_metadata.emplace_back("x-of-observer", "1");
    ++begun_;
  }
  void OnEnd(const RequestRecord& record) override {
    EXPECT_LE(record.began, record.ended);
    if (record.has_call()) {
      EXPECT_LE(record.began, record.call_began);
      EXPECT_LE(record.call_began, record.call_ended);
      EXPECT_LE(record.call_ended, record.ended);
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    texts_.push_back(ToText(record));
  }
  void AwaitBegun() {
    AwaitTrue("a request has begun", [&] { return begun_ > 0; });
  }
  // Waits for `count` records in all, and returns the last.
  std::string Await(size_t count) {
    AwaitTrue("a request has ended", [&] {
      const std::lock_guard<std::mutex> lock(mutex_);
      return texts_.size() >= count;
    });
    const std::lock_guard<std::mutex> lock(mutex_);
    EXPECT_EQ(texts_.size(), count);
    return texts_.empty() ? "" : texts_.back();
  }

 private:
  std::atomic<int> begun_{0};
  std::mutex mutex_;
  std::vector<std::string> texts_;
};

std::vector<ServiceRoute> Routes() {
  return {
      Unary<GetItemRequest, Item>("/trestle.test.shop.Shop/GetItem", {"GET", "/v1/{name=items/*}"}),
      Unary<Item, Item>("/trestle.test.shop.Shop/AddItem", {"POST", "/v1/items", "*"}),
      ServerStreaming<GetItemRequest, Item>("/trestle.test.shop.Shop/Watch",
                                            {"GET", "/v1/{name=items/*}:watch"}),
      ClientStreaming<Item, Item>("/trestle.test.shop.Shop/Load", {"POST", "/v1/items:load", "*"}),
      BidiStreaming<Item, Item>("/trestle.test.shop.Shop/Chat", {"POST", "/v1/items:chat", "*"})};
}

GenericBackend::Response AnswerTo(const GenericBackend::Call& call) {
  if (call.request.find("items/never") != std::string::npos) {
    return {{}, grpc::Status::OK, {}, {}, true};
  }
  if (absl::EndsWith(call.method, "Watch")) {
    return {{call.request, call.request, call.request}, grpc::Status::OK, {}, {}, false};
  }
  if (absl::EndsWith(call.method, "Load")) {
    return {{}, grpc::Status::OK, {}, {}, false, GenericBackend::Response::kAll, [](int) {
              return std::string("\n\001a");
            }};
  }
  if (absl::EndsWith(call.method, "Chat")) {
    return {{}, grpc::Status::OK, {}, {}, false, GenericBackend::Response::kEcho};
  }
  if (call.request.find("items/big") != std::string::npos) {
    // An Item, whose name takes six times as much in JSON.
    return {{"\n\x90\x4e" + std::string(10000, '\1')}, grpc::Status::OK, {}, {}, false};
  }
  if (call.request.find("items/none") != std::string::npos) {
    return {{}, grpc::Status(grpc::StatusCode::NOT_FOUND, "none"), {}, {}, false};
  }
  return {{call.request}, grpc::Status::OK, {}, {}, false};
}

Reply Greet(Request& request) {
  AddField(request, "tenant", "a");
  return Reply::Text(200, "hi");
}

class RequestObserverTest : public testing::Test {
 protected:
  RequestObserverTest() {
    options_.work.concurrency = TestConcurrency();
    options_.mapping.limits.request_body = 1000;
    MakeServer();
  }
  // Replaces the server by one that has `options_`.
  void MakeServer() {
    server_ = std::make_unique<Server>(options_);
    EXPECT_TRUE(server_->Add(Routes(), backend_.get()).ok());
    EXPECT_TRUE(server_->Handle("GET", "/hi", Greet).ok());
    recorder_ = std::make_shared<Recorder>();
    server_->Observe(recorder_);
  }

  void Stop() { running_.reset(); }

  int Listen() {
    running_ = std::make_unique<RunningServer>(server_.get());
    return running_->port();
  }

  GenericBackend service_{AnswerTo};
  std::unique_ptr<Backend> backend_ = NewGrpcBackend(service_.InProcess());
  ServerOptions options_;
  std::unique_ptr<Server> server_;
  std::shared_ptr<Recorder> recorder_;
  std::unique_ptr<RunningServer> running_;
};

TEST_F(RequestObserverTest, ARecordHasWhatHappened) {
  const struct {
    std::string request;
    std::string record;
  } kRows[] = {
      {"GET /v1/items/1 HTTP/1.1\r\nHost: h\r\n\r\n",
       "GET /v1/items/1 | GET /v1/{name=items/*} | 200 grpc 0 | 0 -> 18 | complete"},
      {"HEAD /v1/items/1 HTTP/1.1\r\nHost: h\r\n\r\n",
       "HEAD /v1/items/1 | GET /v1/{name=items/*} | 200 grpc 0 | 0 -> 0 | complete"},
      {"GET /v1/items/none HTTP/1.1\r\nHost: h\r\n\r\n",
       "GET /v1/items/none | GET /v1/{name=items/*} | 404 grpc 5 | 0 -> 73 | complete"},
      {"POST /v1/items HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
       "Content-Length: 12\r\n\r\n{\"name\":\"a\"}",
       "POST /v1/items | POST /v1/items | 200 grpc 0 | 12 -> 12 | complete"},
      {"POST /v1/items HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
       "Content-Length: 1\r\n\r\n{",
       "POST /v1/items | POST /v1/items | 400 | 1 -> 248 | complete"},
      {"GET /v1/items/1:watch HTTP/1.1\r\nHost: h\r\n\r\n",
       "GET /v1/items/1:watch | GET /v1/{name=items/*}:watch | 200 grpc 0 | 0 -> 58 | "
       "1 -> 3 messages | complete"},
      {"POST /v1/items:load HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
       "Content-Length: 24\r\n\r\n{\"name\":\"a\"}{\"name\":\"b\"}",
       "POST /v1/items:load | POST /v1/items:load | 200 grpc 0 | 24 -> 12 | "
       "2 -> 1 messages | complete"},
      {"GET /hi HTTP/1.1\r\nHost: h\r\n\r\n",
       "GET /hi | GET /hi | 200 | 0 -> 2 | complete | "
       "tenant=a"},
      {"GET /nowhere HTTP/1.1\r\nHost: h\r\n\r\n",
       "GET /nowhere | no route | 404 | 0 -> 94 | "
       "complete"},
      {"PUT /v1/items HTTP/1.1\r\nHost: h\r\nContent-Length: 2000\r\n\r\n",
       "PUT /v1/items | no route | 405 | 0 -> 129 | complete"},
      {"POST /v1/items HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
       "Content-Length: 2000\r\n\r\n",
       "POST /v1/items | POST /v1/items | 413 | 0 -> 122 | limit_exceeded"},
      {"GET /v1/items/1\r\n\r\n", "no request | no route | 400 | 0 -> 123 | complete"},
  };
  const int port = Listen();
  size_t count = 0;
  for (const auto& row : kRows) {
    RawClient client(port);
    client.Send(row.request);
    client.EndSending();
    client.ReadAll();
    EXPECT_EQ(recorder_->Await(++count), row.record);
  }
}

TEST_F(RequestObserverTest, AHandlerOfAnotherServerIsObserved) {
  const Handler handler = server_->AsHandler();
  Request whole;
  whole.http.method = "GET";
  whole.http.path = "/v1/items/1";
  EXPECT_EQ(handler(whole).http.status, 200);
  EXPECT_EQ(recorder_->Await(1),
            "GET /v1/items/1 | GET /v1/{name=items/*} | 200 grpc 0 | 0 -> 18 | complete");

  Request stream;
  stream.http.method = "GET";
  stream.http.path = "/v1/items/1:watch";
  {
    const Reply reply = handler(stream);
    std::string body;
    HttpFields trailers;
    while (reply.next(&body, &trailers) == Reply::Piece::kMore) {
    }
    EXPECT_EQ(body.size(), 58u);
  }
  EXPECT_EQ(recorder_->Await(2),
            "GET /v1/items/1:watch | GET /v1/{name=items/*}:watch | 200 grpc 0 | 0 -> 58 | "
            "1 -> 3 messages | complete");

  Request abandoned;
  abandoned.http.method = "GET";
  abandoned.http.path = "/v1/items/1:watch";
  { const Reply reply = handler(abandoned); }
  EXPECT_EQ(recorder_->Await(3),
            "GET /v1/items/1:watch | GET /v1/{name=items/*}:watch | 200 grpc 1 | 0 -> 0 | "
            "1 -> 1 messages | broken_off");

  Request loaded;
  loaded.http.method = "POST";
  loaded.http.path = "/v1/items:load";
  loaded.http.headers = {{"Content-Type", "application/json"}};
  loaded.body = NewWholeBody("{\"name\":\"a\"}{\"name\":\"b\"}");
  EXPECT_EQ(handler(loaded).http.status, 200);
  EXPECT_EQ(recorder_->Await(4),
            "POST /v1/items:load | POST /v1/items:load | 200 grpc 0 | 24 -> 12 | "
            "2 -> 1 messages | complete");
}

TEST_F(RequestObserverTest, O16ADrainThatTimesOutEndsRequestsWithAnError) {
  options_.connections.drain_grace = absl::ZeroDuration();
  const struct {
    const char* what;
    std::string request;
    std::string first_chunk;  // before the drain
    std::string response;     // contains this
    std::string record;       // without the sizes
  } kRows[] = {
      {"a unary call", "GET /v1/items/never HTTP/1.1\r\nHost: h\r\n\r\n", "",
       "HTTP/1.1 503 Service Unavailable\r\n",
       "GET /v1/items/never | GET /v1/{name=items/*} | 503 grpc 1 | complete"},
      {"a stream without a message", "GET /v1/items/never:watch HTTP/1.1\r\nHost: h\r\n\r\n", "",
       "HTTP/1.1 503 Service Unavailable\r\n",
       "GET /v1/items/never:watch | GET /v1/{name=items/*}:watch | 503 grpc 1 | complete"},
      {"an incomplete body",
       "POST /v1/items HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
       "Content-Length: 12\r\n\r\n{",
       "", "HTTP/1.1 503 Service Unavailable\r\n",
       "POST /v1/items | POST /v1/items | 503 | complete"},
      {"a stream",
       "POST /v1/items:chat HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
       "Transfer-Encoding: chunked\r\n\r\nc\r\n{\"name\":\"a\"}\r\n",
       "[{\"name\":\"a\"}", ",{\"error\":{\"code\":503,\"message\":\"the server is shutting down\"",
       "POST /v1/items:chat | POST /v1/items:chat | 200 grpc 1 | broken_off"},
  };
  for (const auto& row : kRows) {
    MakeServer();
    RawClient client(Listen());
    client.Send(row.request);
    recorder_->AwaitBegun();
    if (!row.first_chunk.empty()) {
      EXPECT_EQ(StatusOf(client.ReadHead()), "200") << row.what;
      EXPECT_EQ(client.ReadChunk(), row.first_chunk) << row.what;
    }
    server_->Shutdown();
    const std::string response = client.ReadAll();
    EXPECT_TRUE(absl::StrContains(response, row.response)) << row.what << ": " << response;
    EXPECT_TRUE(absl::StrContains(response, "the server is shutting down")) << row.what;
    if (!row.first_chunk.empty()) {
      EXPECT_TRUE(absl::EndsWith(response, "\r\n0\r\n\r\n")) << response;
    }
    client.Close();
    std::vector<std::string> parts = absl::StrSplit(recorder_->Await(1), " | ");
    const auto is_sizes = [](const std::string& part) { return absl::StrContains(part, " -> "); };
    parts.erase(std::remove_if(parts.begin(), parts.end(), is_sizes), parts.end());
    EXPECT_EQ(absl::StrJoin(parts, " | "), row.record) << row.what;
    Stop();
  }
}

TEST_F(RequestObserverTest, OverloadAndLimitsAreDistinguished) {
  options_.max_buffered = 30000;
  MakeServer();
  const struct {
    std::string request;
    std::string record;
  } kRows[] = {
      // The response has no room.
      {"GET /v1/items/big HTTP/1.1\r\nHost: h\r\n\r\n",
       "GET /v1/items/big | GET /v1/{name=items/*} | 503 grpc 0 | 0 -> 165 | overload"},
      // The head is kept while a stream lasts.
      {absl::StrCat("GET /v1/items/1:watch HTTP/1.1\r\nHost: h\r\nX: ", std::string(30000, 'x'),
                    "\r\n\r\n"),
       "GET /v1/items/1:watch | GET /v1/{name=items/*}:watch | 503 grpc 1 | 0 -> 165 | "
       "1 -> 1 messages | overload"},
      // Too much is sent before the response.
      {absl::StrCat("GET /v1/items/never HTTP/1.1\r\nHost: h\r\n\r\n", std::string(500000, 'x')),
       "GET /v1/items/never | GET /v1/{name=items/*} | 400 grpc 1 | 0 -> 149 | limit_exceeded"},
  };
  const int port = Listen();
  size_t count = 0;
  for (const auto& row : kRows) {
    RawClient client(port);
    client.Send(row.request);
    client.ReadResponse();
    EXPECT_EQ(recorder_->Await(++count), row.record);
  }
}

TEST_F(RequestObserverTest, TheRoutesAreListed) {
  std::vector<std::string> lines;
  for (const RouteInfo* route : server_->routes()) {
    EXPECT_EQ(route->index, lines.size());
    lines.push_back(absl::StrCat(route->http_method, " ", route->path, " ", route->service, " ",
                                 route->method, " ", route->body));
  }
  EXPECT_EQ(absl::StrJoin(lines, "\n"),
            "GET /v1/{name=items/*} trestle.test.shop.Shop GetItem \n"
            "POST /v1/items trestle.test.shop.Shop AddItem *\n"
            "GET /v1/{name=items/*}:watch trestle.test.shop.Shop Watch \n"
            "POST /v1/items:load trestle.test.shop.Shop Load *\n"
            "POST /v1/items:chat trestle.test.shop.Shop Chat *\n"
            "GET /hi   ");
}

TEST_F(RequestObserverTest, OnlyRoutesThatServeAreListed) {  // D2
  const struct {
    DuplicateRoutes duplicates;
    std::string routes;
  } kRows[] = {
      {DuplicateRoutes::kRefuse, "/a/{name} Get, /b "},
      {DuplicateRoutes::kFirstWins, "/a/{name} Get, /b "},
      {DuplicateRoutes::kLastWins, "/a/* , /b "},
  };
  for (const auto& row : kRows) {
    options_.mapping.duplicate_routes = row.duplicates;
    Server server(options_);
    const ServiceRoute get =
        Unary<GetItemRequest, Item>("/trestle.test.shop.Shop/Get", {"GET", "/a/{name}"});
    EXPECT_TRUE(server.Add({get}, backend_.get()).ok());
    EXPECT_EQ(server.Handle("GET", "/a/*", Greet).ok(), row.duplicates != DuplicateRoutes::kRefuse);
    EXPECT_TRUE(server.Handle("GET", "/b", Greet).ok());
    std::vector<std::string> routes;
    for (const RouteInfo* route : server.routes()) {
      EXPECT_EQ(route->index, routes.size());
      routes.push_back(absl::StrCat(route->path, " ", route->method));
    }
    EXPECT_EQ(absl::StrJoin(routes, ", "), row.routes);
  }
}

}  // namespace
}  // namespace trestle
