#include "trestle/client/cpp/pages.h"

#include <utility>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "trestle/tests/client/fake_server.h"

namespace trestle {
namespace client_test {
namespace {

TEST(PagesTest, ReadsAllPages) {
  FakeServer server{
      {Json(200, R"({"books":[{"name":"a"},{"name":"b"}],"nextPageToken":"t1"})"),
       Json(200, R"({"nextPageToken":"t2"})"), Json(200, R"({"books":[{"name":"c"}]})")},
      {}};
  BooksClient client = server.Client();
  ListBooksRequest request;
  request.set_parent("shelves/1");
  request.set_page_size(2);
  StreamRange<Book> range = client.ListBooks(request);
  EXPECT_TRUE(server.requests.empty()) << "nothing is sent before begin()";
  EXPECT_EQ(Names(std::move(range)), "a b c ");
  ASSERT_EQ(server.requests.size(), 3u);
  EXPECT_EQ(Line(server.requests[0]), "GET /v1/shelves/1/books?page_size=2");
  EXPECT_EQ(Line(server.requests[2]), "GET /v1/shelves/1/books?page_size=2&page_token=t2");
}

TEST(PagesTest, AFailureIsTheLastElement) {
  FakeServer server{{Json(200, R"({"books":[{"name":"a"}],"nextPageToken":"t1"})"),
                     Json(403, R"({"error":{"message":"no","status":"PERMISSION_DENIED"}})")},
                    {}};
  ListBooksRequest request;
  request.set_parent("shelves/1");
  EXPECT_EQ(Names(server.Client().ListBooks(request)), "a !PERMISSION_DENIED: no ");
  request.set_parent("nowhere");
  EXPECT_TRUE(absl::StartsWith(Names(server.Client().ListBooks(request)), "!INVALID_ARGUMENT"));
}

TEST(PagesTest, FailsWhenAPageRepeatsItsToken) {
  FakeServer server{{Json(200, R"({"books":[{"name":"a"}],"nextPageToken":"t1"})")}, {}};
  ListBooksRequest request;
  request.set_parent("shelves/1");
  EXPECT_EQ(Names(server.Client().ListBooks(request)),
            "a !INTERNAL: the page for page_token \"t1\" names itself as the next page ");
}

}  // namespace
}  // namespace client_test
}  // namespace trestle
