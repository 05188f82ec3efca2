// The options of clients and calls, and the interceptors of each attempt.

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "trestle/client/cpp/options.h"
#include "trestle/tests/client/fake_server.h"

namespace trestle {
namespace client_test {
namespace {

TEST(CallOptionsTest, PrependsTheBasePath) {
  FakeServer server{{Json(200, "{}")}, {}};
  ClientOptions options;
  options.base_url = "https://example.com/library/";
  ASSERT_TRUE(server.Client(options).GetBook(Named("shelves/1/books/2")).ok());
  EXPECT_EQ(server.requests[0].path, "/library/v1/shelves/1/books/2");
}

TEST(CallOptionsTest, SendsTheClientsAndTheCallsHeaders) {
  FakeServer server{{Json(200, "{}")}, {}};
  ClientOptions options;
  options.headers = {{"x-a", "client"}, {"x-b", "client"}, {"Content-Type", "text/plain"}};
  CallOptions call;
  call.headers = {{"X-B", "call"}, {"X-B", "twice"}};
  CreateBookRequest create;
  create.set_parent("shelves/1");
  ASSERT_TRUE(server.Client(options).CreateBook(create, call).ok());
  const HttpRequest& request = server.requests[0];
  EXPECT_EQ(Header(request, "x-a"), "client");
  std::vector<std::string> b;
  for (const HttpField& field : request.headers) {
    if (absl::EqualsIgnoreCase(field.name, "x-b")) b.push_back(field.value);
  }
  EXPECT_EQ(b, (std::vector<std::string>{"call", "twice"}));
  EXPECT_NE(Header(request, "content-type"), "text/plain") << "what the body is, we know";
  EXPECT_EQ(Header(request, "accept"), "application/json");
  EXPECT_EQ(Header(request, "user-agent"), "trestle-cpp");
}

TEST(CallOptionsTest, SendsTheTimeLeft) {
  FakeServer server{{Json(200, "{}")}, {}};
  BooksClient client = server.Client();
  auto seconds_sent = [&](const CallOptions& options) {
    EXPECT_TRUE(client.GetBook(Named("shelves/1/books/2"), options).ok());
    return SecondsLeft(server.requests.back());
  };
  CallOptions options;
  EXPECT_EQ(seconds_sent(options), 30) << "H5: 30 s unless said otherwise";
  options.timeout = absl::InfiniteDuration();
  EXPECT_EQ(seconds_sent(options), -1);
  options.deadline = absl::Now() + absl::Seconds(100);
  EXPECT_EQ(seconds_sent(options), 100);
  options.timeout = absl::ZeroDuration();
  size_t sent = server.requests.size();
  EXPECT_TRUE(
      absl::IsDeadlineExceeded(client.GetBook(Named("shelves/1/books/2"), options).status()));
  EXPECT_EQ(server.requests.size(), sent);
}

TEST(CallOptionsTest, FillsInResponseInfo) {
  FakeServer server{{Json(503, ""), Json(503, ""), Json(404, "{}")}, {}};
  server.replies.back().http.headers.push_back({"x-served-by", "two"});
  ResponseInfo response;
  CallOptions options;
  options.response_info = &response;
  EXPECT_FALSE(server.Client().GetBook(Named("shelves/1/books/2"), options).ok());
  EXPECT_EQ(response.http_status, 404);
  EXPECT_EQ(response.attempts, 3);
  ASSERT_NE(FindField(response.headers, "X-Served-By"), nullptr);
  EXPECT_FALSE(server.Client().GetBook(Named("x"), options).ok());
  EXPECT_EQ(response.attempts, 0) << "what could not be sent was not";
  EXPECT_EQ(response.http_status, 0);
}

TEST(CallOptionsTest, RetriesWhatIsSafe) {
  auto attempts = [](auto&& call) {
    FakeServer server{{Json(503, "")}, {}};
    BooksClient client = server.Client();
    EXPECT_FALSE(call(client).ok());
    return server.requests.size();
  };
  CallOptions idempotent;
  idempotent.idempotent = true;
  MoveBookRequest move;
  move.set_name("shelves/1/books/2");
  MoveBookRequest move_with_id = move;
  move_with_id.set_request_id("x");
  CreateBookRequest create;
  create.set_parent("shelves/1");
  EXPECT_EQ(attempts([](auto& c) { return c.GetBook(Named("shelves/1/books/2")); }), 4u) << "GET";
  EXPECT_EQ(attempts([&](auto& c) { return c.MoveBook(move); }), 1u) << "POST";
  EXPECT_EQ(attempts([&](auto& c) { return c.MoveBook(move, idempotent); }), 4u)
      << "the caller knows";
  EXPECT_EQ(attempts([&](auto& c) { return c.MoveBook(move_with_id); }), 4u) << "AIP-155";
  EXPECT_EQ(attempts([&](auto& c) { return c.CreateBook(create); }), 4u) << "a UUID4 is filled in";
  EXPECT_EQ(attempts([](auto& c) { return c.Find({}); }), 4u) << "idempotency_level";
}

TEST(CallOptionsTest, FillsInTheSameRequestIdForAllAttempts) {
  FakeServer server{{Json(503, ""), Json(200, "{}")}, {}};
  CreateBookRequest create;
  create.set_parent("shelves/1");
  BooksClient client = server.Client();
  ASSERT_TRUE(client.CreateBook(create).ok());
  ASSERT_TRUE(client.CreateBook(create).ok());
  ASSERT_EQ(server.requests.size(), 3u);
  EXPECT_EQ(server.requests[0].query.size(), strlen("request_id=") + 36);
  EXPECT_EQ(server.requests[0].query, server.requests[1].query);
  EXPECT_NE(server.requests[0].query, server.requests[2].query);
  EXPECT_EQ(create.request_id(), "") << "the caller's message is left alone";
}

TEST(CallOptionsTest, RunsInterceptorsTokenSourceAndLogForEachAttempt) {
  FakeServer server{{Json(503, ""), Json(200, "{}")}, {}};
  ClientOptions options;
  std::vector<std::string> lines;
  int tokens = 0;
  options.log = [&](absl::string_view line) { lines.emplace_back(line); };
  options.token_source = [&] { return absl::StatusOr<std::string>(absl::StrCat("t", ++tokens)); };
  options.interceptors = {[](Send next) -> Send {
    return [next = std::move(next)](Call& call) {
      call.request.headers.push_back({"x-attempt", absl::StrCat(call.attempt)});
      return next(call);
    };
  }};
  ASSERT_TRUE(server.Client(options).GetBook(Named("shelves/1/books/2")).ok());
  ASSERT_EQ(server.requests.size(), 2u);
  EXPECT_EQ(Header(server.requests[0], "authorization"), "Bearer t1");
  EXPECT_EQ(Header(server.requests[1], "authorization"), "Bearer t2");
  EXPECT_EQ(Header(server.requests[1], "x-attempt"), "2");
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_TRUE(absl::StrContains(lines[0], "GET /v1/shelves/1/books/2 -> 503")) << lines[0];
  EXPECT_FALSE(absl::StrContains(lines[1], "t2")) << lines[1];
}

}  // namespace
}  // namespace client_test
}  // namespace trestle
