// Response heads, byte by byte.

#include "trestle/server/http/response_head.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "trestle/transcoding/http.h"

namespace trestle {
namespace {

using std::string_literals::operator""s;

TEST(ResponseHeadTest, NamesTheStatus) {
  const std::vector<std::pair<int, std::string>> rows = {
      {200, "HTTP/1.1 200 OK\r\n"},
      {404, "HTTP/1.1 404 Not Found\r\n"},
      {413, "HTTP/1.1 413 Content Too Large\r\n"},  // RFC 9110 15.5.14
      {417, "HTTP/1.1 417 Expectation Failed\r\n"},
      {499, "HTTP/1.1 499 Client Closed Request\r\n"},
      {511, "HTTP/1.1 511 Network Authentication Required\r\n"},
      {299, "HTTP/1.1 299 \r\n"},  // RFC 9112 4: the space stays, the phrase may be absent
      {599, "HTTP/1.1 599 \r\n"},
  };
  for (const auto& [status, line] : rows) {
    std::string head;
    AppendStatusLine(status, &head);
    EXPECT_EQ(head, line);
  }
}

TEST(ResponseHeadTest, WritesFieldsThatCannotEndTheirLine) {
  struct Row {
    const char* what;
    HttpFields fields;
    std::string lines;
  };
  const std::vector<Row> rows = {
      {"as they are, in their order",
       {{"B", "2"}, {"a", "1"}, {"B", "3"}},
       "B: 2\r\na: 1\r\nB: 3\r\n"},
      {"an empty value", {{"A", ""}}, "A: \r\n"},
      {"bytes beyond ASCII", {{"A", "caf\xc3\xa9"}}, "A: caf\xc3\xa9\r\n"},
      {"a line in a value", {{"A", "1\r\nSet-Cookie: x"}}, "A: 1Set-Cookie: x\r\n"},
      {"NUL and DEL in a value",
       {{"A",
         "1\0\x7f"
         "2"s}},
       "A: 12\r\n"},
      {"a tab", {{"A", "1\t2"}}, "A: 1\t2\r\n"},
      {"a line in a name", {{"A: 1\r\nB", "2"}, {"C", "3"}}, "C: 3\r\n"},
      {"no name", {{"", "2"}}, ""},
      {"what tells where the message ends (RFC 9112 6)",
       {{"content-length", "1"},
        {"Transfer-Encoding", "chunked"},
        {"CONNECTION", "close"},
        {"Trailer", "x"},
        {"Trailers", "y"}},
       "Trailers: y\r\n"},
  };
  for (const Row& row : rows) {
    std::string head;
    AppendFieldLines(row.fields, &head);
    EXPECT_EQ(head, row.lines) << row.what;
  }
}

TEST(ResponseHeadTest, ContainsTheTime) {
  const absl::Time before = absl::Now();
  std::string head;
  AppendDate(&head);
  const absl::Time after = absl::Now();
  absl::Time date;
  std::string error;
  EXPECT_TRUE(absl::ParseTime("Date: %a, %d %b %Y %H:%M:%S GMT\r\n", head, &date, &error)) << head;
  EXPECT_GE(date, before - absl::Seconds(1));
  EXPECT_LE(date, after);
}

}  // namespace
}  // namespace trestle
