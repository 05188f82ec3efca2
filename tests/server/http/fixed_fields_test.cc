// The fields of every response (E17), over real sockets.

#include "trestle/server/http/fixed_fields.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "trestle/server/server.h"
#include "trestle/tests/testing/raw_client.h"
#include "trestle/tests/testing/running_server.h"

namespace trestle {
namespace {

// As a backend may send it, twice and in another case.
Reply WithItsOwn(Request&) {
  Reply reply = Reply::Text(200, "ok");
  reply.http.headers.push_back({"x-content-type-options", "nosniff"});
  reply.http.headers.push_back({"X-Content-Type-Options", "none"});
  reply.http.headers.push_back({"server", "grpc-c++"});
  return reply;
}

Reply Stream(Request&) {
  Reply reply;
  reply.next = [](std::string* chunk, HttpFields* trailers) {
    *chunk = "piece";
    trailers->push_back({"X-Content-Type-Options", "nosniff"});
    return Reply::Piece::kLast;
  };
  return reply;
}

// Returns the lines of a response that contain a name of E17, in lower case.
std::string FieldsOf(const std::string& response) {
  std::string fields;
  size_t begin = 0;
  for (size_t end; (end = response.find("\r\n", begin)) != response.npos; begin = end + 2) {
    const std::string line = absl::AsciiStrToLower(response.substr(begin, end - begin));
    const bool counts = absl::StartsWith(line, "x-content-type-options:") ||
                        absl::StartsWith(line, "server:") ||
                        absl::StartsWith(line, "strict-transport-security:");
    if (counts) absl::StrAppend(&fields, line, "\n");
  }
  return fields;
}

void AddHandlers(Server* server) {
  EXPECT_TRUE(server->Handle("GET", "/own", WithItsOwn).ok());
  EXPECT_TRUE(server->Handle("GET", "/stream", Stream).ok());
}

std::string Ask(const RunningServer& running, const std::string& request) {
  RawClient client(running.port());
  client.Send(request);
  client.EndSending();
  return FieldsOf(client.ReadAll());
}

std::string Get(const std::string& path) {
  return absl::StrCat("GET ", path, " HTTP/1.1\r\nHost: h\r\n\r\n");
}

TEST(FixedFieldsTest, E17EveryResponseHasNosniffOnce) {
  Server server(ServerOptions{});
  AddHandlers(&server);
  const RunningServer running(&server);
  constexpr char kNosniff[] = "x-content-type-options: nosniff\n";
  const struct {
    const char* what;
    std::string request;
    std::string fields;
  } rows[] = {
      {"an error of the gateway", Get("/nope"), kNosniff},
      {"a malformed head", "GET\r\n\r\n", kNosniff},
      {"OPTIONS", "OPTIONS /own HTTP/1.1\r\nHost: h\r\n\r\n", kNosniff},
      {"HEAD", "HEAD /stream HTTP/1.1\r\nHost: h\r\n\r\n", kNosniff},
      {"a stream, and none in its trailers", Get("/stream"), kNosniff},
      {"HTTP/1.0", "GET /stream HTTP/1.0\r\n\r\n", kNosniff},
      {"a reply that has it already; Server is as it was set", Get("/own"),
       absl::StrCat("server: grpc-c++\n", kNosniff)},
  };
  for (const auto& row : rows) EXPECT_EQ(Ask(running, row.request), row.fields) << row.what;
}

TEST(FixedFieldsTest, E17OptionsReplaceTheFieldsOfHandlersAndHstsIsNotSentInPlainText) {
  ServerOptions options;
  options.response_headers.hsts = "max-age=1";
  options.response_headers.server = "shelf";
  Server server(options);
  AddHandlers(&server);
  const RunningServer running(&server);
  constexpr char kBoth[] = "x-content-type-options: nosniff\nserver: shelf\n";
  for (const char* path : {"/own", "/stream", "/nope"}) {
    EXPECT_EQ(Ask(running, Get(path)), kBoth) << path;
  }
}

TEST(FixedFieldsTest, E17FormatsTheFieldsOfEachKindOfConnection) {
  ResponseHeaderOptions options;
  options.hsts = "max-age=1; includeSubDomains";
  EXPECT_EQ(MakeFixedFields(options, Security::kPlain).lines,
            "X-Content-Type-Options: nosniff\r\n");
  EXPECT_EQ(MakeFixedFields(options, Security::kTls).lines,
            "X-Content-Type-Options: nosniff\r\n"
            "Strict-Transport-Security: max-age=1; includeSubDomains\r\n");
}

TEST(FixedFieldsTest, E17ChecksHsts) {
  const struct {
    const char* value;
    const char* problem;  // part of the message; empty: valid
  } rows[] = {
      {"max-age=0", ""},
      {"max-age=31536000; includeSubDomains; preload", ""},
      {"MAX-AGE=1;includesubdomains", ""},
      {"max-age=1;", ""},
      {"", "has no max-age"},
      {"includeSubDomains", "has no max-age"},
      {"max-age=1; max-age=2", "has more than one max-age"},
      {"max-age=", "has a max-age that is not a number of seconds"},
      {"max-age=1y", "has a max-age that is not a number of seconds"},
      {"31536000", "has the unknown directive \"31536000\""},
      {"max-age=1; includeSubdomain", "has the unknown directive \"includeSubdomain\""},
      {"max-age=1;\r\nSet-Cookie: a=b", "has the unknown directive"},
      {"max-age=1;\n", "has a control character"},
  };
  for (const auto& row : rows) {
    const absl::Status status = CheckHsts(row.value);
    EXPECT_EQ(status.ok(), *row.problem == '\0') << row.value;
    EXPECT_TRUE(absl::StrContains(status.message(), row.problem)) << status.message();
  }
}

TEST(FixedFieldsTest, E17AServerWithAnInvalidOptionDoesNotListen) {
  for (const char* value : {"a\r\nb", " a", "a\t"}) {
    ServerOptions options;
    options.response_headers.server = value;
    Server server(options);
    EXPECT_EQ(server.Listen("127.0.0.1:0").status().code(), absl::StatusCode::kInvalidArgument)
        << value;
  }
}

}  // namespace
}  // namespace trestle
