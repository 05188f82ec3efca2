// Request messages as HTTP requests, and HTTP responses as messages.

#include "trestle/client/cpp/rest_channel.h"

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "trestle/tests/client/fake_server.h"

namespace trestle {
namespace client_test {
namespace {

TEST(RestChannelTest, UsesTheFirstRuleThatCanCarryTheRequest) {
  struct Row {
    const char* what;
    GetBookRequest request;
    const char* line;  // or the error
  };
  GetBookRequest viewed = Named("shelves/1/books/a b");
  viewed.set_view("full & more");
  GetBookRequest third;
  third.set_view("views/a");
  third.set_number(7);
  const Row kRows[] = {
      {"the first", Named("shelves/1/books/2"), "GET /v1/shelves/1/books/2"},
      {"R19: encoded but for the slashes", Named("shelves/1/books/?#%"),
       "GET /v1/shelves/1/books/%3F%23%25"},
      {"R24: the rest goes to the query", viewed,
       "GET /v1/shelves/1/books/a%20b?view=full%20%26%20more"},
      {"the second", Named("drafts/a/b/c"), "GET /v1/drafts/a/b/c"},
      {"the third", third, "GET /v1/views/a?number=7"},
  };
  for (const Row& row : kRows) {
    FakeServer server{{Json(200, "{}")}, {}};
    absl::StatusOr<Book> book = server.Client().GetBook(row.request);
    ASSERT_TRUE(book.ok()) << row.what << ": " << book.status();
    EXPECT_EQ(Line(server.requests[0]), row.line) << row.what;
  }
}

TEST(RestChannelTest, SendsNothingIfNoRuleCanCarryIt) {
  FakeServer server{{Json(200, "{}")}, {}};
  BooksClient client = server.Client();
  for (const char* name : {"shelves/1", "shelves//books/1", "shelves/1/books/2/3", "x"}) {
    absl::Status status = client.GetBook(Named(name)).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_TRUE(absl::StrContains(status.message(), name)) << status;
  }
  EXPECT_TRUE(absl::IsUnimplemented(client.Unbound({}).status()));
  EXPECT_FALSE(client.Broken({}).ok());
  EXPECT_TRUE(server.requests.empty());
}

TEST(RestChannelTest, SendsBodies) {
  FakeServer server{{Json(200, "{}")}, {}};
  BooksClient client = server.Client();
  CreateBookRequest create;
  create.set_parent("shelves/1");
  create.mutable_book()->set_title("Emma");
  create.set_request_id("r1");
  ASSERT_TRUE(client.CreateBook(create).ok());
  MoveBookRequest move;
  move.set_name("shelves/1/books/2");
  move.set_to("shelves/3");
  ASSERT_TRUE(client.MoveBook(move).ok());
  ASSERT_TRUE(client.Any({}).ok());
  EXPECT_EQ(Line(server.requests[0]), R"(POST /v1/shelves/1/books?request_id=r1 {"title":"Emma"})");
  EXPECT_EQ(Header(server.requests[0], "content-type"), "application/json");
  EXPECT_EQ(Line(server.requests[1]), R"(POST /v1/shelves/1/books/2:move {"to":"shelves/3"})");
  EXPECT_EQ(Line(server.requests[2]), "POST /v1/any") << "R2: any method will do";
}

TEST(RestChannelTest, ReadsTheResponse) {
  struct Row {
    const char* what;
    HttpResponse http;
    const char* book;  // ShortDebugString
  };
  HttpResponse empty;
  empty.status = 204;
  const Row kRows[] = {
      {"JSON", Json(200, R"({"name":"a","pages":"12","authors":["x","y"]})"),
       R"(name: "a" pages: 12 authors: "x" authors: "y")"},
      {"R54: explicit presence", Json(201, R"({"note":""})"), R"(note: "")"},
      {"fields of a newer server are passed over", Json(200, R"({"name":"a","isbn":{"x":[1]}})"),
       R"(name: "a")"},
      {"an empty body is the empty message", empty, ""},
  };
  for (const Row& row : kRows) {
    FakeServer server{{row.http}, {}};
    absl::StatusOr<Book> book = server.Client().GetBook(Named("shelves/1/books/2"));
    ASSERT_TRUE(book.ok()) << row.what << ": " << book.status();
    EXPECT_EQ(book->ShortDebugString(), row.book) << row.what;
  }
}

TEST(RestChannelTest, TakesAnHttpBodyAsItIs) {
  HttpResponse text;
  text.headers = {{"Content-Type", "text/plain; charset=utf-8"}};
  text.body = "It is a truth {\"universally";
  FakeServer server{{text}, {}};
  absl::StatusOr<google::api::HttpBody> body = server.Client().Read(Named("shelves/1/books/2"));
  ASSERT_TRUE(body.ok()) << body.status();
  EXPECT_EQ(body->content_type(), "text/plain; charset=utf-8") << "R45";
  EXPECT_EQ(body->data(), text.body);
  EXPECT_EQ(Header(server.requests[0], "accept"), "*/*");
}

TEST(RestChannelTest, AnUnexpectedResponseIsInternal) {
  HttpResponse html;
  html.headers = {{"content-type", "text/html"}};
  html.body = "<html>welcome</html>";
  for (const HttpResponse& http :
       {html, Json(200, "{\"name\":"), Json(200, "[]"), Json(200, R"({"pages":"many"})")}) {
    FakeServer server{{http}, {}};
    absl::Status status = server.Client().GetBook(Named("shelves/1/books/2")).status();
    EXPECT_TRUE(absl::IsInternal(status)) << status;
    EXPECT_TRUE(absl::StrContains(status.message(), "trestle.client_test.Book")) << status;
    EXPECT_TRUE(absl::StrContains(status.message(), http.body.substr(0, 1))) << status;
  }
}

TEST(RestChannelTest, TurnsErrorsIntoStatuses) {
  struct Row {
    const char* what;
    HttpResponse http;
    absl::StatusCode code;
    const char* message;  // a part of it
  };
  HttpResponse html;
  html.status = 502;
  html.headers = {{"content-type", "text/html"}};
  html.body = "<html>bad gateway</html>";
  HttpResponse bare;
  bare.status = 302;
  const Row kRows[] = {
      {"R87: the body's status",
       Json(404, R"({"error":{"code":404,"message":"no such book","status":"NOT_FOUND"}})"),
       absl::StatusCode::kNotFound, "no such book"},
      {"R87: it is more exact than the HTTP status",
       Json(400, R"({"error":{"code":400,"message":"stale","status":"FAILED_PRECONDITION"}})"),
       absl::StatusCode::kFailedPrecondition, "stale"},
      {"R87: else the HTTP status", Json(403, "{}"), absl::StatusCode::kPermissionDenied, ""},
      {"R87: a proxy's page", html, absl::StatusCode::kInternal, "bad gateway"},
      {"R87: redirects are not followed", bare, absl::StatusCode::kUnknown, ""},
  };
  for (const Row& row : kRows) {
    FakeServer server{{row.http}, {}};
    ClientOptions options;
    options.retry.max_attempts = 1;
    absl::Status status = server.Client(options).GetBook(Named("shelves/1/books/2")).status();
    EXPECT_EQ(status.code(), row.code) << row.what;
    EXPECT_TRUE(absl::StrContains(status.message(), row.message)) << row.what << ": " << status;
  }
}

TEST(RestChannelTest, KeepsTheDetailsOfAnError) {
  FakeServer server{{Json(409, R"({"error":{"code":409,"message":"m","status":"ABORTED","details":[
      {"@type":"type.googleapis.com/trestle.client_test.Detail","reason":"moved"},
      {"@type":"type.googleapis.com/unknown.Type","value":"AAAA"}]}})")},
                    {}};
  absl::Status status = server.Client().GetBook(Named("shelves/1/books/2")).status();
  ASSERT_TRUE(GetDetail<Detail>(status).has_value()) << status;
  EXPECT_EQ(GetDetail<Detail>(status)->reason(), "moved");
  EXPECT_FALSE(GetDetail<Book>(status).has_value());
  EXPECT_FALSE(GetDetail<Detail>(absl::OkStatus()).has_value());
}

}  // namespace
}  // namespace client_test
}  // namespace trestle
