// Server streams: their framings, their ends, and the range over them.

#include "trestle/client/cpp/stream.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "trestle/tests/client/fake_server.h"

namespace trestle {
namespace client_test {
namespace {

TEST(StreamTest, DeliversMessagesAndHowTheyEnd) {
  struct Row {
    const char* what;
    const char* type;
    const char* body;
    const char* names;
  };
  const Row kRows[] = {
      {"S1: none", "application/json", "[]", ""},
      {"an array", "application/json", R"([{"name":"a"},{"name":"b"}])", "a b "},
      {"lines", "application/x-ndjson; charset=utf-8", "{\"name\":\"a\"}\n{\"name\":\"b\"}\n",
       "a b "},
      {"S3: an error after an element", "application/json",
       R"([{"name":"a"},{"error":{"code":404,"message":"gone","status":"NOT_FOUND"}}])",
       "a !NOT_FOUND: gone "},
      {"S3: in the last line", "application/x-ndjson",
       "{\"name\":\"a\"}\n{ \"error\" : "
       "{\"code\":503,\"message\":\"m\",\"status\":\"UNAVAILABLE\"}}",
       "a !UNAVAILABLE: m "},
      {"cut off", "application/json", R"([{"name":"a"},{"na)",
       "a !INTERNAL: the stream ended after 18 bytes in the middle of its JSON "},
      {"not JSON", "text/html", "<html>",
       "!INTERNAL: the stream is not JSON: line 1, column 1: expected \"[\", found \"<\" "},
      {"nothing where an array is due", "application/json", "",
       "!INTERNAL: the stream ended after 0 bytes in the middle of its JSON "},
      {"a message where an array is due", "application/json", R"({"name":"a"})",
       "!INTERNAL: the stream is not JSON: line 1, column 1: expected \"[\", found \"{\" "},
      {"two commas", "application/json", "[{\"name\":\"a\"},\n,]",
       "a !INTERNAL: the stream is not JSON: line 2, column 1: expected a JSON value, found "
       "\",\" "},
      {"no lines", "application/x-ndjson", "", ""},
      {"the last line without its end", "application/x-ndjson", "\r\n\n{\"name\":\"a\"}", "a "},
      {"a line that is cut off", "application/x-ndjson", "{\"name\":\"a\"}\n{\"na",
       "a !INTERNAL: the stream ended after 17 bytes in the middle of its JSON "},
      {"an array in a line", "application/x-ndjson", "[]",
       "!INTERNAL: the response is not a trestle.client_test.Book: line 1, column 1: expected an "
       "object, not an array; it is \"application/json\" and begins with \"[]\" "},
  };
  for (const Row& row : kRows) {
    HttpResponse http = Json(200, row.body);
    http.headers = {{"Content-Type", row.type}};
    FakeServer server{{http}, {}};
    EXPECT_EQ(Names(server.Client().Search({})), row.names) << row.what;
  }
}

TEST(StreamTest, RejectsAnElementOverTheLimit) {
  const std::string gap(100000, ' ');
  const struct {
    const char* what;
    std::string body;
    const char* names;
  } kRows[] = {
      {"as long as it may be", R"([{"name":"a"},{"name":"b"}])", "a b "},
      {"one byte more", R"([{"name":"a"},{"name":"bc"}])",
       "a !RESOURCE_EXHAUSTED: an element of the stream is over 12 bytes "},
      {"without end", "[" + std::string(1000, '['),
       "!RESOURCE_EXHAUSTED: an element of the stream is over 12 bytes "},
      {"white space has no limit",
       gap + "[" + gap + R"({"name":"a"})" + gap + "," + gap + R"({"name":"b"})" + gap + "]" + gap,
       "a b "},
  };
  for (const auto& row : kRows) {
    ClientReply reply(Json(200, ""),
                      [&row, at = size_t{0}](std::string* piece) mutable -> absl::StatusOr<bool> {
                        *piece = row.body.substr(at, 1000);
                        at += piece->size();
                        return !piece->empty();
                      });
    FakeServer server{{reply}, {}};
    ClientOptions options;
    options.max_response_body = 12;
    EXPECT_EQ(Names(server.Client(options).Search({})), row.names) << row.what;
  }
}

TEST(StreamTest, IgnoresAFailureAfterTheArray) {
  int pieces = 0;
  ClientReply cut(Json(200, ""), [&pieces](std::string* piece) -> absl::StatusOr<bool> {
    if (++pieces > 1) return absl::UnavailableError("cut");
    *piece = R"([{"name":"a"}])";
    return true;
  });
  FakeServer server{{cut}, {}};
  EXPECT_EQ(Names(server.Client().Search({})), "a ");
}

TEST(StreamTest, AMessageMayHaveAFieldCalledError) {
  FakeServer server{
      {Json(200, R"([{"id":"1"},{"error":{"code":5,"message":"of the book"}},)"
                 R"({"error":{"code":404,"message":"of the stream","status":"NOT_FOUND"}}])")},
      {}};
  std::vector<std::string> seen;
  for (absl::StatusOr<Event>& event : server.Client().Watch({})) {
    seen.push_back(event.ok() ? event->ShortDebugString() : event.status().ToString());
  }
  EXPECT_EQ(seen,
            (std::vector<std::string>{R"(id: "1")", R"(error { code: 5 message: "of the book" })",
                                      "NOT_FOUND: of the stream"}));
}

TEST(StreamTest, DeliversAnHttpBodyPieceByPiece) {
  HttpResponse head;
  head.headers = {{"Content-Type", "text/plain"}};
  int pieces = 0;
  ClientReply reply(head, [&pieces](std::string* piece) -> absl::StatusOr<bool> {
    *piece = pieces == 0 ? "[{" : "\"error\"";
    return ++pieces <= 2;
  });
  FakeServer server{{reply}, {}};
  std::vector<std::string> seen;
  for (auto& body : server.Client().ReadAloud(Named("shelves/1/books/2"))) {
    ASSERT_TRUE(body.ok()) << body.status();
    seen.push_back(body->content_type() + " " + body->data());
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"text/plain [{", "text/plain \"error\""})) << "R47";
}

TEST(StreamTest, RetriesUntilTheFirstElementOnly) {
  int pieces = 0;
  ClientReply cut(Json(200, ""), [&pieces](std::string* piece) -> absl::StatusOr<bool> {
    if (++pieces > 1) return absl::UnavailableError("cut");
    *piece = R"([{"name":"a"},)";
    return true;
  });
  FakeServer server{{Json(503, ""), cut}, {}};
  EXPECT_EQ(Names(server.Client().Search({})), "a !UNAVAILABLE: cut ");
  EXPECT_EQ(server.requests.size(), 2u);
}

TEST(StreamTest, HasNoDeadlineUnlessAskedFor) {
  FakeServer server{{Json(200, "[]")}, {}};
  CallOptions options;
  EXPECT_EQ(Names(server.Client().Search({}, options)), "");
  EXPECT_EQ(SecondsLeft(server.requests[0]), -1);
  options.timeout = absl::Seconds(100);
  EXPECT_EQ(Names(server.Client().Search({}, options)), "");
  EXPECT_EQ(SecondsLeft(server.requests[1]), 100);
}

TEST(StreamTest, ARangeMayBeMovedAbandonedAndOutliveItsClient) {
  auto alive = std::make_shared<int>(0);
  std::weak_ptr<int> watch = alive;
  ClientReply endless(Json(200, ""), [alive](std::string* piece) -> absl::StatusOr<bool> {
    *piece = (*alive)++ == 0 ? R"([{"name":"a"})" : R"(,{"name":"b"})";
    return true;
  });
  alive = nullptr;
  auto open = [&] {
    FakeServer server{{std::move(endless)}, {}};
    BooksClient client = server.Client();
    StreamRange<Book> range = client.Search({});
    EXPECT_EQ((*range.begin())->name(), "a");
    EXPECT_EQ((*range.begin())->name(), "a") << "begin() does not move on";
    server.replies.clear();
    return range;
  };
  {
    StreamRange<Book> range = open();
    StreamRange<Book>::iterator at = range.begin();
    EXPECT_EQ((*++at)->name(), "b");
    EXPECT_FALSE(watch.expired());
  }
  EXPECT_TRUE(watch.expired()) << "destroying the range lets the body go";
}

}  // namespace
}  // namespace client_test
}  // namespace trestle
