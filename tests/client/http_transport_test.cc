// The real transport against servers on real sockets, correct ones and others.

#include "trestle/client/cpp/http_transport.h"

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "trestle/tests/client/raw_server.h"

namespace trestle {
namespace {

std::shared_ptr<Transport> TransportTo(const std::string& url) {
  ClientOptions options;
  options.base_url = url;
  return NewHttpTransport(options);
}

Call Get(const std::string& path) {
  Call call;
  call.request.method = "GET";
  call.request.path = path;
  // Reached only by a test that hangs.
  call.deadline = absl::Now() + absl::Seconds(60);
  return call;
}

Call Stream(const std::string& path) {
  Call call = Get(path);
  call.response_body = ResponseBody::kPieces;
  return call;
}

// Returns "200 body", or the failure.
std::string Outcome(const ClientReply& reply) {
  if (!reply.failure.ok()) return reply.failure.ToString();
  return absl::StrCat(reply.http.status, " ", reply.http.body);
}

// Reads the rest of a stream. Returns it and how it ended.
std::string Drain(const BodyPieces& next) {
  std::string all, piece;
  for (;;) {
    absl::StatusOr<bool> more = next(&piece);
    if (!more.ok()) return absl::StrCat(all, " !", more.status().ToString());
    if (!*more) return all;
    all += piece;
  }
}

// Responds to each request of a connection with 200 and the request itself.
void Echo(ServedConnection& connection) {
  for (std::string request; !(request = connection.ReadRequest()).empty();) {
    connection.Respond("200 OK", request);
  }
}

TEST(HttpTransportTest, SendsTheRequestAsItIs) {
  RawServer server(Echo);
  Call call = Get("/v1/a%2Fb:read");
  call.request.method = "PATCH";
  call.request.query = "x=%C3%A9&y=a%20b";
  call.request.headers = {{"content-type", "application/json"}, {"X-Two", "1"}, {"X-Two", "2"}};
  call.request.body = "{\"a\":1}";
  std::string request = TransportTo(server.url())->Send(call).http.body;
  EXPECT_TRUE(absl::StartsWith(request, "PATCH /v1/a%2Fb:read?x=%C3%A9&y=a%20b HTTP/1.1\r\n"))
      << request;
  EXPECT_TRUE(absl::StrContains(request, absl::StrCat("Host: 127.0.0.1:", server.port(), "\r\n")));
  EXPECT_TRUE(absl::StrContains(request, "X-Two: 1\r\nX-Two: 2\r\n"));
  EXPECT_TRUE(absl::StrContains(request, "Content-Length: 7\r\n"));
  EXPECT_TRUE(absl::EndsWith(request, "\r\n\r\n{\"a\":1}"));
  EXPECT_FALSE(absl::StrContains(request, "Connection:")) << request;
}

TEST(HttpTransportTest, KeepsTheConnectionForTheNextCall) {
  RawServer server(Echo);
  auto transport = TransportTo(server.url());
  for (int i = 0; i < 20; ++i) {
    Call call = Get("/");
    EXPECT_EQ(transport->Send(call).http.status, 200);
  }
  EXPECT_EQ(server.connections(), 1);
}

TEST(HttpTransportTest, ReconnectsWhenTheServerHasClosedInBetween) {
  RawServer server([](ServedConnection& connection) {
    connection.ReadRequest();
    connection.Respond("200 OK", "{}");
  });
  auto transport = TransportTo(server.url());
  for (int i = 0; i < 5; ++i) {
    Call call = Get("/");
    ClientReply reply = transport->Send(call);
    // The end may arrive only after the next request was sent; that is a lost connection.
    if (!reply.failure.ok()) reply = transport->Send(call);
    EXPECT_EQ(Outcome(reply), "200 {}");
  }
  EXPECT_GE(server.connections(), 5);
}

TEST(HttpTransportTest, ConnectsToAUnixSocket) {
  std::string path = absl::StrCat("/tmp/trestle_client_", getpid(), ".sock");
  RawServer server(path, Echo);
  Call call = Get("/v1/x");
  ClientReply reply = TransportTo(absl::StrCat("unix:", path))->Send(call);
  ASSERT_TRUE(reply.failure.ok()) << reply.failure;
  EXPECT_TRUE(absl::StrContains(reply.http.body, "Host: localhost\r\n")) << reply.http.body;
}

TEST(HttpTransportTest, ReportsARefusedConnection) {
  int port = ClosedPort();
  Call call = Get("/");
  ClientReply reply = TransportTo(absl::StrCat("http://127.0.0.1:", port))->Send(call);
  EXPECT_EQ(Outcome(reply), absl::StrCat("UNAVAILABLE: cannot connect to 127.0.0.1:", port,
                                         ": Connection refused"));
  EXPECT_FALSE(reply.request_sent);
  reply = TransportTo("unix:/nowhere/at.all")->Send(call);
  EXPECT_EQ(Outcome(reply),
            "UNAVAILABLE: cannot connect to unix:/nowhere/at.all: No such file or directory");
}

TEST(HttpTransportTest, RejectsAMalformedUrlOrRequestWithoutSending) {
  Call call = Get("/");
  ClientReply reply = TransportTo("nonsense")->Send(call);
  EXPECT_TRUE(absl::IsInvalidArgument(reply.failure)) << reply.failure;
  EXPECT_FALSE(reply.request_sent);
  RawServer server(Echo);
  call.request.headers = {{"a", "b\r\nc: d"}};
  reply = TransportTo(server.url())->Send(call);
  EXPECT_TRUE(absl::IsInvalidArgument(reply.failure)) << reply.failure;
  EXPECT_EQ(server.connections(), 0);
}

std::string Repeat(absl::string_view text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) absl::StrAppend(&result, text);
  return result;
}

std::string Chunked(absl::string_view body) {
  return absl::StrCat("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", body);
}

// {"a":1}
constexpr absl::string_view kGzip(
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\x56\x4a\x54\xb2\x32\xac\x05\x00\xaf\xac\x1b\x56"
    "\x07\x00"
    "\x00\x00",
    27);

std::string Coded(absl::string_view status, absl::string_view coding) {
  return absl::StrCat("HTTP/1.1 ", status, "\r\nContent-Encoding: ", coding,
                      "\r\nContent-Length: ", kGzip.size(), "\r\n\r\n", kGzip);
}

struct ResponseRow {
  const char* what;
  std::string bytes;  // after which the server closes
  std::string outcome;
};

const ResponseRow kResponses[] = {
    {"a length", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "200 {}"},
    {"chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n",
     "200 {}"},
    {"until the end of the connection", "HTTP/1.1 200 OK\r\n\r\n{}", "200 {}"},
    {"HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\n{}", "200 {}"},
    {"no reason phrase", "HTTP/1.1 404 \r\nContent-Length: 1\r\n\r\nx", "404 x"},
    {"204 has no body", "HTTP/1.1 204 No Content\r\n\r\n", "204 "},
    {"304 has no body", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", "304 "},
    {"100 precedes the response",
     "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "200 {}"},
    {"so do 102 and 103, with headers",
     "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
     "HTTP/1.1 100 Continue\r\nX: y\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
     "200 {}"},
    {"a length of 0", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "200 "},
    {"204 with a length", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", "204 "},
    {"304 in chunks", "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n", "304 "},
    {"bytes after the response", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}evil", "200 {}"},
    {"1xx without end", Repeat("HTTP/1.1 100 Continue\r\n\r\n", 10000),
     "RESOURCE_EXHAUSTED: the response's head is over 65536 bytes, or its status line over 1024"},
    {"an upgrade that was not requested", "HTTP/1.1 101 Switching Protocols\r\n\r\n",
     "INTERNAL: the response is not well-formed HTTP/1.1: unexpected status 101"},
    {"a header of 9,000 bytes",
     "HTTP/1.1 200 OK\r\nX: " + std::string(9000, 'x') + "\r\nContent-Length: 2\r\n\r\n{}",
     "200 {}"},
    {"the same length twice", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
     "200 {}"},
    {"two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
     "INTERNAL: the response is not well-formed HTTP/1.1: two values of Content-Length, 2 and 3"},
    {"a length with a sign", "HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\n{}",
     "INTERNAL: the response is not well-formed HTTP/1.1: invalid Content-Length \"+2\""},
    {"a negative length", "HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n{}",
     "INTERNAL: the response is not well-formed HTTP/1.1: invalid Content-Length \"-2\""},
    {"a length in hexadecimal", "HTTP/1.1 200 OK\r\nContent-Length: 0x2\r\n\r\n{}",
     "INTERNAL: the response is not well-formed HTTP/1.1: invalid Content-Length \"0x2\""},
    {"a length that is no number", "HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n{}",
     "INTERNAL: the response is not well-formed HTTP/1.1: invalid Content-Length \"two\""},
    {"no length", "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n{}",
     "INTERNAL: the response is not well-formed HTTP/1.1: invalid Content-Length \"\""},
    {"a length of 2^64 + 2", "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551618\r\n\r\n{}",
     "INTERNAL: the response is not well-formed HTTP/1.1: invalid Content-Length "
     "\"18446744073709551618\""},
    {"a length and chunks",
     "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
     "INTERNAL: the response is not well-formed HTTP/1.1: both Transfer-Encoding and "
     "Content-Length"},
    {"another encoding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n{}",
     "INTERNAL: the response is not well-formed HTTP/1.1: unsupported Transfer-Encoding \"gzip, "
     "chunked\""},
    {"chunks in HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     "INTERNAL: the response is not well-formed HTTP/1.1: unsupported Transfer-Encoding "
     "\"chunked\" in "
     "HTTP/1.0"},
    {"a header without a colon", "HTTP/1.1 200 OK\r\nX\r\n\r\n",
     "INTERNAL: the response is not well-formed HTTP/1.1: invalid header line \"X\""},
    {"a name with a blank", "HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\n{}",
     "INTERNAL: the response is not well-formed HTTP/1.1: invalid header line \"Content-Length : "
     "2\""},
    {"a continued line", "HTTP/1.1 200 OK\r\nX: a\r\n b: c\r\n\r\n",
     "INTERNAL: the response is not well-formed HTTP/1.1: invalid header line \" b: c\""},
    {"a line that ends without CR", "HTTP/1.1 200 OK\nContent-Length: 2\r\n\r\n{}",
     "INTERNAL: the response is not well-formed HTTP/1.1: line \"HTTP/1.1 200 OK\" ends "
     "without CR"},
    {"a status of two digits", "HTTP/1.1 20 OK\r\n\r\n",
     "INTERNAL: the response is not well-formed HTTP/1.1: invalid status line \"HTTP/1.1 20 OK\""},
    {"a status below 100", "HTTP/1.1 099 OK\r\n\r\n",
     "INTERNAL: the response is not well-formed HTTP/1.1: unexpected status 99"},
    {"HTTP/2 by prior knowledge", "HTTP/2 200\r\n\r\n",
     "INTERNAL: the response is not well-formed HTTP/1.1: invalid status line \"HTTP/2 200\""},
    {"chunk extensions and trailers", Chunked("2;a=\"b\"\r\n{}\r\n0;c\r\nX: y\r\nZ: 1\r\n\r\n"),
     "200 {}"},
    {"blanks before an extension", Chunked("2 \t;a\r\n{}\r\n0 \r\n\r\n"), "200 {}"},
    {"a size of two numbers", Chunked("2 2\r\n{}\r\n0\r\n\r\n"),
     "INTERNAL: the response is not well-formed HTTP/1.1: unexpected \"2\" in the size of a chunk"},
    {"a trailer that ends without CR", Chunked("2\r\n{}\r\n0\r\nX: 1\n\r\n"),
     "INTERNAL: the response is not well-formed HTTP/1.1: unexpected \"\\n\" in a trailer"},
    {"a vertical tab before a coding",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n",
     "INTERNAL: the response is not well-formed HTTP/1.1: unsupported Transfer-Encoding "
     "\"\\x0b\\x63hunked\""},
    {"a form feed before a length", "HTTP/1.1 200 OK\r\nContent-Length: \f2\r\n\r\n{}",
     "INTERNAL: the response is not well-formed HTTP/1.1: invalid Content-Length \"\\x0c\\x32\""},
    {"a reason with CR", "HTTP/1.1 200 O\rK\r\nContent-Length: 2\r\n\r\n{}",
     "INTERNAL: the response is not well-formed HTTP/1.1: invalid status line \"HTTP/1.1 200 "
     "O\\rK\""},
    {"a chunk of negative size", Chunked("-2\r\n{}\r\n0\r\n\r\n"),
     "INTERNAL: the response is not well-formed HTTP/1.1: unexpected \"-\" in the size of a chunk"},
    {"a chunk with 0x", Chunked("0x2\r\n{}\r\n0\r\n\r\n"),
     "INTERNAL: the response is not well-formed HTTP/1.1: unexpected \"x\" in the size of a chunk"},
    {"a chunk of 2^64 + 2 bytes", Chunked("10000000000000002\r\n{}\r\n0\r\n\r\n"),
     "INTERNAL: the response is not well-formed HTTP/1.1: unexpected \"0\" in the size of a chunk, "
     "which is "
     "too large"},
    {"a chunk without a size", Chunked("\r\n{}\r\n0\r\n\r\n"),
     "INTERNAL: the response is not well-formed HTTP/1.1: unexpected \"\\r\" in the size of a "
     "chunk"},
    {"a chunk longer than its size", Chunked("1\r\n{}\r\n0\r\n\r\n"),
     "INTERNAL: the response is not well-formed HTTP/1.1: unexpected \"}\" in the end of a chunk"},
    {"an extension without end", Chunked("2;" + std::string(200000, 'x')),
     "RESOURCE_EXHAUSTED: the extensions of a chunk of the response are over 4096 bytes"},
    {"trailers without end", Chunked("2\r\n{}\r\n0\r\n" + Repeat("X: y\r\n", 20000)),
     "RESOURCE_EXHAUSTED: the trailers of the response are over 65536 bytes"},
    {"a compressed body", Coded("200 OK", "gzip"), "200 {\"a\":1}"},
    {"the compressed body of an error", Coded("404 Not Found", "gzip"), "404 {\"a\":1}"},
    {"an unknown coding", Coded("200 OK", "br"),
     "INTERNAL: the response's Content-Encoding \"br\" is not supported"},
    {"an unknown coding of an error", Coded("404 Not Found", "br"), absl::StrCat("404 ", kGzip)},
    {"a body that is not compressed",
     "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
     "INTERNAL: the response's compressed body is malformed"},
    {"a redirect is not followed",
     "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", "302 "},
    {"nothing", "", "UNAVAILABLE: the server closed the connection without a response"},
    {"half a head", "HTTP/1.1 200 OK\r\nContent-Le",
     "UNAVAILABLE: the connection ended in the middle of the response"},
    {"less than the length", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}",
     "UNAVAILABLE: the connection ended in the middle of the response"},
    {"no last chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
     "UNAVAILABLE: the connection ended in the middle of the response"},
    {"half a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{}",
     "UNAVAILABLE: the connection ended in the middle of the response"},
    {"another protocol", "SSH-2.0-OpenSSH_9.2\r\n",
     "INTERNAL: the response is not well-formed HTTP/1.1: invalid status line "
     "\"SSH-2.0-OpenSSH_9.2\""},
    {"a status line without end", "HTTP/1.1 200 " + std::string(200000, 'x'),
     "RESOURCE_EXHAUSTED: the response's head is over 65536 bytes, or its status line over 1024"},
    {"one after a 100",
     "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 " + std::string(60000, 'x') + "\r\n\r\n",
     "RESOURCE_EXHAUSTED: the response's head is over 65536 bytes, or its status line over 1024"},
    {"a header without end", "HTTP/1.1 200 OK\r\nX: " + std::string(200000, 'x'),
     "RESOURCE_EXHAUSTED: the response's head is over 65536 bytes, or its status line over 1024"},
};

TEST(HttpTransportTest, ReadsResponsesAndReportsWhatIsWrong) {
  for (const ResponseRow& row : kResponses) {
    RawServer server([&row](ServedConnection& connection) {
      connection.ReadRequest();
      connection.Write(row.bytes);
    });
    Call call = Get("/");
    EXPECT_EQ(Outcome(TransportTo(server.url())->Send(call)), row.outcome) << row.what;
  }
}

TEST(HttpTransportTest, ReadsNoBodyAfterHead) {
  RawServer server([](ServedConnection& connection) {
    while (!connection.ReadRequest().empty()) {
      connection.Write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nContent-Encoding: br\r\n\r\n");
    }
  });
  auto transport = TransportTo(server.url());
  for (int i = 0; i < 2; ++i) {
    Call call = Get("/");
    call.request.method = "HEAD";
    EXPECT_EQ(Outcome(transport->Send(call)), "200 ");
  }
  EXPECT_EQ(server.connections(), 1);
}

// Returns whether a second call uses the connection of the first.
bool IsConnectionKept(const std::string& response) {
  RawServer server([&response](ServedConnection& connection) {
    while (!connection.ReadRequest().empty()) connection.Write(response);
  });
  auto transport = TransportTo(server.url());
  Call call = Get("/");
  for (int i = 0; i < 2; ++i) EXPECT_EQ(transport->Send(call).failure, absl::OkStatus());
  return server.connections() == 1;
}

TEST(HttpTransportTest, KeepsTheConnectionIfTheServerDoes) {
  const struct {
    const char* what;
    const char* response;
    bool is_kept;
  } kRows[] = {
      {"HTTP/1.1", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", true},
      {"chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", true},
      {"an error", "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}", true},
      {"no body", "HTTP/1.1 204 No Content\r\n\r\n", true},
      {"nothing new", "HTTP/1.1 304 Not Modified\r\n\r\n", true},
      {"close", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}", false},
      {"close in a list",
       "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: x\r\nconnection: y, Close\r\n\r\n{}",
       false},
      {"close without a body", "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n", false},
      {"keep-alive", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\n{}",
       true},
      {"HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\n{}",
       false},
      {"an unexpected body", "HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n{}", false},
  };
  for (const auto& row : kRows) EXPECT_EQ(IsConnectionKept(row.response), row.is_kept) << row.what;
}

TEST(HttpTransportTest, GivesHeadersAsTheyWereSent) {
  RawServer server([](ServedConnection& connection) {
    connection.ReadRequest();
    connection.Write(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nX-Percent: a%20b%0d%0a "
        "\r\nX-Two: 1\r\nx-two:\t2\r\nX-Empty:\r\n"
        "Content-Length: 0\r\n\r\n");
  });
  Call call = Get("/");
  std::string headers;
  for (const HttpField& field : TransportTo(server.url())->Send(call).http.headers) {
    absl::StrAppend(&headers, field.name, "=", field.value, ";");
  }
  EXPECT_EQ(headers, "X-Percent=a%20b%0d%0a;X-Two=1;x-two=2;X-Empty=;Content-Length=0;");
}

TEST(HttpTransportTest, DoesNotTakeLeftoverBytesForTheNextResponse) {
  RawServer server([](ServedConnection& connection) {
    connection.ReadRequest();
    connection.Write(
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
        "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
    connection.WaitForEnd();
  });
  auto transport = TransportTo(server.url());
  for (int i = 0; i < 3; ++i) {
    Call call = Get("/");
    EXPECT_EQ(Outcome(transport->Send(call)), "200 {}");
  }
  EXPECT_EQ(server.connections(), 3);
}

TEST(HttpTransportTest, BoundsTheResponse) {
  RawServer server([](ServedConnection& connection) {
    while (!connection.ReadRequest().empty()) connection.Respond("200 OK", std::string(1000, 'x'));
  });
  auto transport = TransportTo(server.url());
  Call call = Get("/");
  call.max_response_body = 1000;
  EXPECT_EQ(transport->Send(call).http.body.size(), 1000u);
  call.max_response_body = 999;
  EXPECT_EQ(Outcome(transport->Send(call)), "RESOURCE_EXHAUSTED: the response is over 999 bytes");
  call.max_response_body = 1000;
  EXPECT_EQ(transport->Send(call).http.body.size(), 1000u) << "of no use after a failure";
}

TEST(HttpTransportTest, BoundsWhatACompressedBodyBecomes) {
  RawServer server([](ServedConnection& connection) {
    while (!connection.ReadRequest().empty()) connection.Write(Coded("200 OK", "gzip"));
  });
  auto transport = TransportTo(server.url());
  Call call = Get("/");
  call.max_response_body = 7;
  EXPECT_EQ(Outcome(transport->Send(call)), "200 {\"a\":1}");
  call.max_response_body = 6;
  EXPECT_EQ(Outcome(transport->Send(call)), "RESOURCE_EXHAUSTED: the response is over 6 bytes");
}

TEST(HttpTransportTest, EndsAtTheDeadline) {
  struct Row {
    const char* what;
    RawServer::Script script;
  };
  const Row kRows[] = {
      {"a server that does not respond", [](ServedConnection& c) { c.WaitForEnd(); }},
      {"one that stops in its head",
       [](ServedConnection& c) {
         c.Write("HTTP/1.1 200 OK\r\n");
         c.WaitForEnd();
       }},
      {"one that stops in its body",
       [](ServedConnection& c) {
         c.Write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{");
         c.WaitForEnd();
       }},
      {"one that sends a byte now and then, for ever",
       [](ServedConnection& c) {
         c.Write("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n");
         while (c.Write("x")) absl::SleepFor(absl::Milliseconds(10));
       }},
  };
  for (const Row& row : kRows) {
    RawServer server(row.script);
    Call call = Get("/");
    call.deadline = absl::Now() + absl::Milliseconds(100);
    ClientReply reply = TransportTo(server.url())->Send(call);
    EXPECT_TRUE(absl::IsDeadlineExceeded(reply.failure)) << row.what << ": " << Outcome(reply);
  }
}

TEST(HttpTransportTest, SendsALargeRequestInParts) {
  RawServer server([](ServedConnection& connection) {
    while (!connection.ReadHead().empty()) {
      size_t size = 0;
      for (; size < 20 << 20; size += connection.ReadSome(100000).size()) {
      }
      connection.Respond("200 OK", absl::StrCat(size));
    }
  });
  auto transport = TransportTo(server.url());
  for (int i = 0; i < 2; ++i) {
    Call call = Get("/");
    call.request.method = "POST";
    call.request.body = std::string(20 << 20, 'x');
    EXPECT_EQ(Outcome(transport->Send(call)), "200 20971520");
  }
  EXPECT_EQ(server.connections(), 1);
}

TEST(HttpTransportTest, SendsTheLengthOfABody) {
  RawServer server(Echo);
  const struct {
    const char* method;
    const char* body;
    const char* length;
  } kRows[] = {
      {"GET", "", ""},
      {"DELETE", "", ""},
      {"POST", "", "Content-Length: 0\r\n"},
      {"PUT", "", "Content-Length: 0\r\n"},
      {"PATCH", "", "Content-Length: 0\r\n"},
      {"DELETE", "{}", "Content-Length: 2\r\n"},
  };
  for (const auto& row : kRows) {
    Call call = Get("/");
    call.request.method = row.method;
    call.request.body = row.body;
    EXPECT_EQ(Outcome(TransportTo(server.url())->Send(call)),
              absl::StrCat("200 ", row.method, " / HTTP/1.1\r\nHost: 127.0.0.1:", server.port(),
                           "\r\n", row.length, "\r\n", row.body));
  }
}

TEST(HttpTransportTest, SendsACustomHost) {
  RawServer server(Echo);
  Call call = Get("/");
  call.request.headers = {{"host", "elsewhere.example"}};
  EXPECT_EQ(Outcome(TransportTo(server.url())->Send(call)),
            "200 GET / HTTP/1.1\r\nhost: elsewhere.example\r\n\r\n");
}

Call Upload() {
  Call call = Get("/");
  call.request.method = "POST";
  call.request.body = std::string(64 << 20, 'x');
  return call;
}

TEST(HttpTransportUploadTest, EndsWithTheResponseOfAServerThatReadsNoMore) {
  absl::Notification done;
  RawServer server([&done](ServedConnection& connection) {
    connection.ReadHead();
    connection.Write("HTTP/1.1 100 Continue\r\n\r\n");
    connection.Respond("413 Content Too Large", "{}");
    done.WaitForNotification();
  });
  auto transport = TransportTo(server.url());
  for (int i = 0; i < 2; ++i) {
    Call call = Upload();
    EXPECT_EQ(Outcome(transport->Send(call)), "413 {}");
  }
  EXPECT_EQ(server.connections(), 2) << "the rest of the body was never sent";
  done.Notify();
}

// The end of the connection arrives after the response, while the request is still being sent.
TEST(HttpTransportUploadTest, EndsWithTheResponseOfAServerThatIsGone) {
  RawServer server([](ServedConnection& connection) {
    connection.ReadHead();
    connection.Respond("413 Content Too Large", "{}");
    connection.EndSending();
    connection.ReadSome(1 << 20);
  });
  Call call = Upload();
  EXPECT_EQ(Outcome(TransportTo(server.url())->Send(call)), "413 {}");
}

// A server may begin a success before it has read all of the request, and still wants the rest.
TEST(HttpTransportUploadTest, ContinuesAfterASuccess) {
  RawServer server([](ServedConnection& connection) {
    while (!connection.ReadHead().empty()) {
      connection.Write("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n");
      size_t size = 0;
      for (; size < 64 << 20; size += connection.ReadSome(1 << 20).size()) {
      }
      connection.Write(absl::StrCat(size));
    }
  });
  auto transport = TransportTo(server.url());
  for (int i = 0; i < 2; ++i) {
    Call call = Upload();
    EXPECT_EQ(Outcome(transport->Send(call)), "200 67108864");
  }
  EXPECT_EQ(server.connections(), 1);
}

TEST(HttpTransportUploadTest, FailsWithoutAResponse) {
  std::signal(SIGPIPE, SIG_DFL);  // it must not be raised
  RawServer server([](ServedConnection& connection) { connection.ReadHead(); });
  Call call = Upload();
  ClientReply reply = TransportTo(server.url())->Send(call);
  EXPECT_EQ(Outcome(reply), "UNAVAILABLE: the connection was lost while sending the request");
  EXPECT_TRUE(reply.request_sent);
}

TEST(HttpTransportUploadTest, EndsAtTheDeadline) {
  absl::Notification done;
  RawServer server([&done](ServedConnection&) { done.WaitForNotification(); });
  Call call = Upload();
  call.deadline = absl::Now() + absl::Milliseconds(100);
  EXPECT_EQ(Outcome(TransportTo(server.url())->Send(call)),
            "DEADLINE_EXCEEDED: the deadline passed before the response was complete");
  done.Notify();
}

TEST(HttpTransportTest, ReportsAConnectionReset) {
  for (const char* begin : {"", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"}) {
    RawServer server([begin](ServedConnection& connection) {
      connection.ReadRequest();
      connection.Write(begin);
      connection.ResetAtEnd();
    });
    Call call = Get("/");
    EXPECT_EQ(Outcome(TransportTo(server.url())->Send(call)),
              "UNAVAILABLE: the connection was lost while waiting for the response");
  }
}

TEST(HttpTransportTest, ContinuesAfterASignal) {
  struct sigaction ignored = {};
  ignored.sa_handler = [](int) {};  // without SA_RESTART: calls of the system are interrupted
  sigaction(SIGUSR1, &ignored, nullptr);
  const pthread_t caller = pthread_self();
  RawServer server([caller](ServedConnection& connection) {
    connection.ReadHead();
    for (size_t size = 0; size < 20 << 20; size += connection.ReadSome(1 << 20).size()) {
      pthread_kill(caller, SIGUSR1);
    }
    connection.Write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
    for (int i = 0; i < 100; ++i) {
      pthread_kill(caller, SIGUSR1);
      connection.Write("x");
    }
    connection.WaitForEnd();
  });
  Call call = Upload();
  call.request.body.resize(20 << 20);
  EXPECT_EQ(Outcome(TransportTo(server.url())->Send(call)), "200 " + std::string(100, 'x'));
}

TEST(HttpTransportTest, WaitsForAFreeConnectionUntilTheDeadline) {
  absl::Notification may_respond;
  RawServer server([&](ServedConnection& connection) {
    while (!connection.ReadRequest().empty()) {
      may_respond.WaitForNotification();
      connection.Respond("200 OK", "{}");
    }
  });
  ClientOptions options;
  options.base_url = server.url();
  options.max_connections = 1;
  auto transport = NewHttpTransport(options);
  std::thread first([&] {
    Call call = Get("/");
    EXPECT_EQ(Outcome(transport->Send(call)), "200 {}");
  });
  while (server.connections() == 0) absl::SleepFor(absl::Milliseconds(1));
  Call call = Get("/");
  call.deadline = absl::Now() + absl::Milliseconds(50);
  EXPECT_EQ(Outcome(transport->Send(call)),
            "DEADLINE_EXCEEDED: all 1 connections of the client were in use until the deadline");
  may_respond.Notify();
  call.deadline = absl::Now() + absl::Seconds(60);
  EXPECT_EQ(Outcome(transport->Send(call)), "200 {}");
  first.join();
  EXPECT_EQ(server.connections(), 1);
}

TEST(HttpTransportTest, ServesManyThreadsAtOnce) {
  RawServer server(Echo);
  ClientOptions options;
  options.base_url = server.url();
  options.max_connections = 8;
  auto transport = NewHttpTransport(options);
  std::vector<std::thread> threads;
  threads.reserve(32);
  std::atomic<int> right{0};
  for (int t = 0; t < 32; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        std::string path = absl::StrFormat("/%d/%d", t, i);
        Call call = Get(path);
        ClientReply reply = transport->Send(call);
        right += absl::StartsWith(reply.http.body, absl::StrCat("GET ", path, " HTTP/1.1\r\n"));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 32 * 20);
  EXPECT_LE(server.connections(), 8);
}

TEST(HttpTransportTest, DropsConnectionsThatWereIdleTooLong) {
  RawServer server(Echo);
  ClientOptions options;
  options.base_url = server.url();
  options.keep_alive = -absl::Seconds(1);
  auto transport = NewHttpTransport(options);
  for (int i = 0; i < 3; ++i) {
    Call call = Get("/");
    EXPECT_EQ(transport->Send(call).http.status, 200);
  }
  EXPECT_EQ(server.connections(), 3);
}

// select() knows descriptors below 1024 only.
TEST(HttpTransportTest, WorksInAProcessWithManyDescriptors) {
  rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 2048);
  setrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur < 1200) GTEST_SKIP() << "no more than " << limit.rlim_cur << " descriptors";
  std::vector<int> taken;
  while (taken.empty() || taken.back() < 1100) taken.push_back(dup(STDERR_FILENO));
  {
    RawServer server(Echo);
    auto transport = TransportTo(server.url());
    for (int i = 0; i < 3; ++i) {
      Call call = Get("/");
      EXPECT_EQ(transport->Send(call).http.status, 200);
      ClientReply stream = transport->Send(call = Stream("/"));
      EXPECT_TRUE(absl::StartsWith(Drain(stream.next), "GET / "));
    }
  }
  for (int fd : taken) close(fd);
}

constexpr char kChunkedHead[] =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";

std::string Chunk(absl::string_view text) {
  return absl::StrFormat("%x\r\n%s\r\n", text.size(), text);
}

TEST(HttpTransportStreamTest, DeliversPiecesAsTheyArrive) {
  absl::Notification got_first;
  RawServer server([&](ServedConnection& connection) {
    while (!connection.ReadRequest().empty()) {
      connection.Write(absl::StrCat(kChunkedHead, Chunk("[1,")));
      got_first.WaitForNotification();
      connection.Write(absl::StrCat(Chunk("2]"), "0\r\n\r\n"));
    }
  });
  auto transport = TransportTo(server.url());
  for (int i = 0; i < 2; ++i) {
    Call call = Stream("/");
    ClientReply reply = transport->Send(call);
    ASSERT_NE(reply.next, nullptr);
    std::string piece;
    ASSERT_TRUE(*reply.next(&piece));
    if (i == 0) got_first.Notify();  // the server waits for it: nothing was held back
    EXPECT_EQ(piece + Drain(reply.next), "[1,2]");
  }
  EXPECT_EQ(server.connections(), 1) << "a stream read to its end leaves the connection usable";
}

TEST(HttpTransportStreamTest, ReadsTheWholeBodyOfAnError) {
  RawServer server([](ServedConnection& connection) {
    connection.ReadRequest();
    connection.Respond("503 Service Unavailable", "<html>busy</html>");
  });
  Call call = Stream("/");
  ClientReply reply = TransportTo(server.url())->Send(call);
  EXPECT_EQ(Outcome(reply), "503 <html>busy</html>");
  EXPECT_EQ(reply.next, nullptr);
}

TEST(HttpTransportStreamTest, FailsBeforeTheHead) {
  Call call = Stream("/");
  ClientReply reply = TransportTo(absl::StrCat("http://127.0.0.1:", ClosedPort()))->Send(call);
  EXPECT_TRUE(absl::IsUnavailable(reply.failure));
  EXPECT_FALSE(reply.request_sent);
}

TEST(HttpTransportStreamTest, DeliversDataFromBeforeTheBodyWasCutOff) {
  RawServer server([](ServedConnection& connection) {
    connection.ReadRequest();
    connection.Write(absl::StrCat(kChunkedHead, Chunk("[1,"), "ff\r\n{\"a"));
  });
  Call call = Stream("/");
  ClientReply reply = TransportTo(server.url())->Send(call);
  EXPECT_EQ(Drain(reply.next),
            "[1,{\"a !UNAVAILABLE: the connection ended in the middle of the response");
}

TEST(HttpTransportStreamTest, EndsWhenNoByteComesForTheIdleTimeout) {
  RawServer server([](ServedConnection& connection) {
    connection.ReadRequest();
    connection.Write(absl::StrCat(kChunkedHead, Chunk("[1")));
    connection.WaitForEnd();
  });
  Call call = Stream("/");
  call.deadline = absl::InfiniteFuture();
  call.idle_timeout = absl::Milliseconds(50);
  ClientReply reply = TransportTo(server.url())->Send(call);
  EXPECT_EQ(Drain(reply.next), "[1 !UNAVAILABLE: no data arrived for 50ms");
}

TEST(HttpTransportStreamTest, EndsAtTheDeadline) {
  RawServer server([](ServedConnection& connection) {
    connection.ReadRequest();
    connection.Write(absl::StrCat(kChunkedHead, Chunk("[1")));
    connection.WaitForEnd();
  });
  Call call = Stream("/");
  call.deadline = absl::Now() + absl::Milliseconds(100);
  ClientReply reply = TransportTo(server.url())->Send(call);
  EXPECT_TRUE(absl::StrContains(Drain(reply.next), "!DEADLINE_EXCEEDED"));
}

// The client never has to wait.
TEST(HttpTransportStreamTest, EndsAtTheDeadlineWithoutAPause) {
  RawServer server([](ServedConnection& connection) {
    connection.ReadRequest();
    connection.Write("HTTP/1.1 200 OK\r\n\r\n");
    const std::string block(1 << 20, 'x');
    while (connection.Write(block)) {
    }
  });
  Call call = Stream("/");
  call.deadline = absl::Now() + absl::Milliseconds(100);
  ClientReply reply = TransportTo(server.url())->Send(call);
  std::string piece;
  absl::StatusOr<bool> more = true;
  while (more.ok() && *more) more = reply.next(&piece);
  EXPECT_EQ(more.status().ToString(),
            "DEADLINE_EXCEEDED: the deadline passed before the response was complete");
}

TEST(HttpTransportStreamTest, ClosesTheConnectionWhenItIsEndedEarly) {
  absl::Notification closed;
  RawServer server([&](ServedConnection& connection) {
    connection.ReadRequest();
    connection.Write(absl::StrCat(kChunkedHead, Chunk("[1,")));
    connection.WaitForEnd();
    closed.Notify();
  });
  auto transport = TransportTo(server.url());
  {
    Call call = Stream("/");
    ClientReply reply = transport->Send(call);
    transport = nullptr;  // the stream keeps what it needs
    std::string piece;
    ASSERT_TRUE(*reply.next(&piece));
  }
  EXPECT_TRUE(closed.WaitForNotificationWithTimeout(absl::Seconds(60)));
}

TEST(HttpTransportStreamTest, ReadsNoFasterThanItsReader) {
  std::atomic<size_t> sent{0};
  constexpr size_t kTotal = 64 << 20;
  RawServer server([&](ServedConnection& connection) {
    connection.ReadRequest();
    connection.Write(absl::StrCat("HTTP/1.1 200 OK\r\nContent-Length: ", kTotal, "\r\n\r\n"));
    const std::string block(64 << 10, 'x');
    while (sent < kTotal && connection.Write(block)) sent += block.size();
  });
  Call call = Stream("/");
  ClientReply reply = TransportTo(server.url())->Send(call);
  // The sender stops when the sockets' buffers are full: wait until then.
  for (size_t before = 1; before != sent;) {
    before = sent;
    absl::SleepFor(absl::Milliseconds(100));
  }
  EXPECT_LT(sent, kTotal / 2);
  EXPECT_EQ(Drain(reply.next).size(), kTotal);
}

}  // namespace
}  // namespace trestle
