#include "trestle/server/http/request_head.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "trestle/transcoding/error.h"

namespace trestle {
namespace {

// Dumps a head as one line: "GET path ?query length=3 close", or as the status of its rejection.
std::string Dump(absl::string_view bytes) {
  if (FindHeadEnd(bytes, 0) != bytes.size()) return "no end";
  const absl::StatusOr<Head> head = ParseHead(bytes, LimitOptions{});
  if (!head.ok()) return absl::StrCat(HttpStatusOf(head.status()));
  const HttpRequest& request = head->request;
  std::string dump = absl::StrCat(request.method, " ", request.path);
  if (!request.query.empty()) absl::StrAppend(&dump, " ?", request.query);
  if (head->framing.kind == BodyFraming::kChunked) absl::StrAppend(&dump, " chunked");
  if (head->framing.kind == BodyFraming::kLength) {
    absl::StrAppend(&dump, " length=", head->framing.length);
  }
  if (head->is_http10) absl::StrAppend(&dump, " 1.0");
  if (!head->keep_alive) absl::StrAppend(&dump, " close");
  if (head->expects_continue) absl::StrAppend(&dump, " expect");
  return dump;
}

struct Row {
  const char* rule;  // of RFC 9112 unless another is named
  std::string head;
  const char* dump;
};

// "\n" stands for CRLF.
std::string WithCrlf(absl::string_view text) { return absl::StrReplaceAll(text, {{"\n", "\r\n"}}); }

TEST(RequestHeadTest, ReadsOrRejectsHeads) {
  const std::string host = "Host: h\n";
  const Row kRows[] = {
      // 3: request lines
      {"3", "GET / HTTP/1.1\nHost: h\n\n", "GET /"},
      {"3", "LIST /v1/x:y?a=b?c HTTP/1.1\nHost: h\n\n", "LIST /v1/x:y ?a=b?c"},
      {"3", "get / HTTP/1.1\nHost: h\n\n", "get /"},  // methods are case-sensitive tokens
      {"3", "GET /a%2Fb%00 HTTP/1.1\nHost: h\n\n", "GET /a%2Fb%00"},
      {"3", "GET /  HTTP/1.1\nHost: h\n\n", "400"},
      {"3", "GET  / HTTP/1.1\nHost: h\n\n", "400"},
      {"3", " GET / HTTP/1.1\nHost: h\n\n", "400"},
      {"3", "GET / HTTP/1.1 \nHost: h\n\n", "400"},
      {"3", "GET\t/\tHTTP/1.1\nHost: h\n\n", "400"},
      {"3", "GET /\n\n", "400"},
      {"3", "hello\n\n", "400"},
      {"3.1", "G(T / HTTP/1.1\nHost: h\n\n", "400"},
      {"3.1", "CONNECT h:80 HTTP/1.1\nHost: h\n\n", "501"},
      // 2.3: versions
      {"2.3", "GET / HTTP/1.0\n\n", "GET / 1.0 close"},
      {"2.3", "GET / HTTP/2.0\nHost: h\n\n", "505"},
      {"2.3", "PRI * HTTP/2.0\n\n", "505"},
      {"2.3", "GET / HTTP/1.2\nHost: h\n\n", "505"},
      {"2.3", "GET / http/1.1\nHost: h\n\n", "400"},
      {"2.3", "GET / HTTP/1.10\nHost: h\n\n", "400"},
      // 3.2: targets
      {"3.2.1", "GET x HTTP/1.1\nHost: h\n\n", "400"},
      {"3.2.2", "GET http://a/b?c HTTP/1.1\nHost: h\n\n", "GET /b ?c"},
      {"3.2.2", "GET HTTP://a HTTP/1.1\nHost: h\n\n", "GET /"},
      {"3.2.2", "GET http://a?c HTTP/1.1\nHost: h\n\n", "GET / ?c"},
      {"3.2.2", "GET http:///b HTTP/1.1\nHost: h\n\n", "400"},
      {"3.2.2", "GET ftp://a/b HTTP/1.1\nHost: h\n\n", "400"},
      {"3.2.4", "OPTIONS * HTTP/1.1\nHost: h\n\n", "OPTIONS *"},
      {"3.2.4", "GET * HTTP/1.1\nHost: h\n\n", "400"},
      {"3.2", "GET /a#b HTTP/1.1\nHost: h\n\n", "400"},
      {"3.2", "GET /\x01 HTTP/1.1\nHost: h\n\n", "400"},
      {"3.2", "GET /\xc3\xa4 HTTP/1.1\nHost: h\n\n", "400"},
      {"3.2", absl::StrCat("GET /", std::string(8191, 'a'), " HTTP/1.1\nHost: h\n\n"), nullptr},
      {"D11", absl::StrCat("GET /", std::string(8192, 'a'), " HTTP/1.1\nHost: h\n\n"), "414"},
      {"D11", absl::StrCat("GET /", std::string(30000, 'a'), " HTTP/1.1\nHost: h\n\n"), "414"},
      // 3.2: Host
      {"3.2", "GET / HTTP/1.1\n\n", "400"},
      {"3.2", "GET / HTTP/1.1\nHost: a\nHost: a\n\n", "400"},
      {"3.2", "GET / HTTP/1.1\nHost: a b\n\n", "400"},
      {"3.2", "GET / HTTP/1.1\nHost: a/b\n\n", "400"},
      {"3.2", "GET / HTTP/1.1\nHost:\n\n", "GET /"},
      {"3.2", "GET / HTTP/1.1\nHost: [::1]:8080\n\n", "GET /"},
      // 5: field lines
      {"5.1", "GET / HTTP/1.1\nHost : h\n\n", "400"},
      {"5.1", "GET / HTTP/1.1\nHost: h\nA\n\n", "400"},
      {"5.1", "GET / HTTP/1.1\nHost: h\n: a\n\n", "400"},
      {"5.1", "GET / HTTP/1.1\nHost: h\nA b: c\n\n", "400"},
      {"5.2", "GET / HTTP/1.1\nHost: h\n folded\n\n", "400"},
      {"5.2", "GET / HTTP/1.1\n Host: h\n\n", "400"},
      {"9110 5.5", "GET / HTTP/1.1\nHost: h\nA: b\x01\n\n", "400"},
      {"9110 5.5", std::string("GET / HTTP/1.1\nHost: h\nA: b") + '\0' + "\n\n", "400"},
      {"9110 5.5", "GET / HTTP/1.1\nHost: h\nA: b\rc\n\n", "400"},
      {"9110 5.5", "GET / HTTP/1.1\nHost: h\nA: b\tc \xc3\xa4\n\n", "GET /"},
      // 6: framing
      {"6.2", "POST / HTTP/1.1\nHost: h\nContent-Length: 3\n\n", "POST / length=3"},
      {"6.2", "GET / HTTP/1.1\nHost: h\nContent-Length: 0\n\n", "GET / length=0"},
      {"6.2", "POST / HTTP/1.1\nHost: h\nContent-Length: -1\n\n", "400"},
      {"6.2", "POST / HTTP/1.1\nHost: h\nContent-Length: +1\n\n", "400"},
      {"6.2", "POST / HTTP/1.1\nHost: h\nContent-Length: 0x1\n\n", "400"},
      {"6.2", "POST / HTTP/1.1\nHost: h\nContent-Length: 1 1\n\n", "400"},
      {"6.2", "POST / HTTP/1.1\nHost: h\nContent-Length: 1, 1\n\n", "400"},
      {"6.2", "POST / HTTP/1.1\nHost: h\nContent-Length:\n\n", "400"},
      {"6.2", "POST / HTTP/1.1\nHost: h\nContent-Length: 9223372036854775808\n\n", "400"},
      {"6.2", "POST / HTTP/1.1\nHost: h\nContent-Length: 99999999999999999999999\n\n", "400"},
      {"6.3", "POST / HTTP/1.1\nHost: h\nContent-Length: 1\nContent-Length: 1\n\n", "400"},
      {"6.1", "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n", "POST / chunked"},
      {"6.1", "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: CHUNKED\n\n", "POST / chunked"},
      {"6.1", "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: gzip, chunked\n\n", "501"},
      {"6.1", "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: xchunked\n\n", "501"},
      {"6.1", "POST / HTTP/1.1\nHost: h\nTransfer-Encoding:\n\n", "400"},
      {"6.1",
       "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\nTransfer-Encoding: chunked\n\n",
       "400"},
      {"6.1", "POST / HTTP/1.0\nTransfer-Encoding: chunked\n\n", "400"},
      {"6.3", "POST / HTTP/1.1\nHost: h\nContent-Length: 1\nTransfer-Encoding: chunked\n\n", "400"},
      // 9: persistence
      {"9.3", "GET / HTTP/1.1\nHost: h\nConnection: close\n\n", "GET / close"},
      {"9.3", "GET / HTTP/1.1\nHost: h\nConnection: te, Close\n\n", "GET / close"},
      {"9.3", "GET / HTTP/1.1\nHost: h\nConnection: closed\n\n", "GET /"},
      {"9.3", "GET / HTTP/1.0\nConnection: keep-alive\n\n", "GET / 1.0"},
      {"9.3", "GET / HTTP/1.0\nConnection: Keep-Alive, close\n\n", "GET / 1.0 close"},
      // 9110 10.1.1: expectations
      {"9110 10.1.1", "POST / HTTP/1.1\nHost: h\nContent-Length: 1\nExpect: 100-Continue\n\n",
       "POST / length=1 expect"},
      {"9110 10.1.1", "GET / HTTP/1.1\nHost: h\nExpect: 100-continue\n\n", "GET /"},
      {"9110 10.1.1", "POST / HTTP/1.0\nContent-Length: 1\nExpect: 100-continue\n\n",
       "POST / length=1 1.0 close"},
      {"9110 10.1.1", "POST / HTTP/1.1\nHost: h\nContent-Length: 1\nExpect: x\n\n", "417"},
  };
  for (const Row& row : kRows) {
    const std::string dump = Dump(WithCrlf(row.head));
    if (row.dump == nullptr) {
      EXPECT_EQ(dump.size(), 4 + 8192) << row.rule;  // the longest target that is allowed
    } else {
      EXPECT_EQ(dump, row.dump) << row.rule << ": " << row.head.substr(0, 200);
    }
  }
}

// RFC 9112 2.2: lines end in CRLF, and a head of bare LFs is rejected, not waited for.
TEST(RequestHeadTest, RejectsBareLineFeeds) {
  EXPECT_EQ(Dump("GET / HTTP/1.1\nHost: h\n\n"), "400");
  EXPECT_EQ(Dump("GET / HTTP/1.1\r\nHost: h\n\r\n"), "400");
  EXPECT_EQ(Dump("GET / HTTP/1.1\r\nHost: h\r\n\n"), "400");
}

TEST(RequestHeadTest, LimitsFieldLines) {
  for (int lines : {99, 100}) {
    std::string head = "GET / HTTP/1.1\nHost: h\n";
    for (int i = 0; i < lines; ++i) absl::StrAppend(&head, "A: b\n");
    EXPECT_EQ(Dump(WithCrlf(head + "\n")), lines == 99 ? "GET /" : "431") << lines;
  }
  const std::string big = "GET / HTTP/1.1\nHost: h\nA: " + std::string(40000, 'b') + "\n\n";
  EXPECT_EQ(Dump(WithCrlf(big)), "431");
}

TEST(RequestHeadTest, KeepsFieldsInOrderAndTrimsTheirValues) {
  const auto head = ParseHead("GET / HTTP/1.1\r\nb: 1\r\nHost: h\r\nA: \t x  y\t \r\nb:2\r\n\r\n",
                              LimitOptions{});
  ASSERT_TRUE(head.ok()) << head.status();
  std::string dump;
  for (const HttpField& field : head->request.headers) {
    absl::StrAppend(&dump, field.name, "=", field.value, ";");
  }
  EXPECT_EQ(dump, "b=1;Host=h;A=x  y;b=2;");
}

TEST(RequestHeadTest, FindsTheEndWhereverTheBytesAreCut) {
  const std::string head = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
  const std::string bytes = head + "body\r\n\r\n";
  for (size_t cut = 0; cut < bytes.size(); ++cut) {
    const size_t early = FindHeadEnd(absl::string_view(bytes).substr(0, cut), 0);
    EXPECT_EQ(early, cut < head.size() ? 0 : head.size()) << cut;
    if (early == 0) {
      EXPECT_EQ(FindHeadEnd(bytes, cut), head.size()) << cut;
    }
  }
}

TEST(RequestHeadTest, RejectsATooLargeHeadEarly) {
  const LimitOptions limits;
  EXPECT_TRUE(CheckHeadSize("GET /", limits).ok());
  EXPECT_EQ(HttpStatusOf(CheckHeadSize("GET /" + std::string(9000, 'a'), limits)), 414);
  const std::string fields = "GET / HTTP/1.1\r\n" + std::string(33000, 'a');
  EXPECT_EQ(HttpStatusOf(CheckHeadSize(fields, limits)), 431);
}

// A head with a byte changed or missing is read or rejected, and never crashes the parser.
TEST(RequestHeadTest, SurvivesEveryChangeOfAByte) {
  const std::string head =
      "POST http://h/a?b HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n";
  for (size_t i = 0; i < head.size(); ++i) {
    for (int c = 0; c < 256; ++c) {
      std::string changed = head;
      changed[i] = static_cast<char>(c);
      const absl::StatusOr<Head> parsed = ParseHead(changed, LimitOptions{});
      EXPECT_GE(parsed.ok() ? 400 : HttpStatusOf(parsed.status()), 400);
    }
    EXPECT_FALSE(ParseHead(head.substr(0, i), LimitOptions{}).ok()) << i;
  }
}

}  // namespace
}  // namespace trestle
