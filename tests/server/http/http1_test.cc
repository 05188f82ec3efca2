// HTTP/1.1 over real sockets: the bytes of requests and responses, and whether the connection stays
// open.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "trestle/tests/server/http/frontend_server.h"
#include "trestle/tests/server/http/http1_rows.h"
#include "trestle/tests/testing/raw_client.h"

namespace trestle {
namespace {

constexpr absl::string_view kNoBody = " (no body)";

// ---- the handler

std::string FieldsOf(const HttpRequest& http) {
  std::string text;
  for (const HttpField& field : http.headers) {
    absl::StrAppend(&text, field.name, "=", field.value, ";");
  }
  return text;
}

std::string EchoOf(const HttpRequest& http) {
  return absl::StrCat(http.method, " ", http.path, http.query.empty() ? "" : " ?", http.query, " ",
                      http.body.size(), ":", http.body.substr(0, 20));
}

// Headers that a backend must not be able to send.
HttpFields Splitting() {
  return {{"X-A", "1\r\nX-Evil: 2\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"},
          {"X-B\r\nX-Evil", "3"},
          {"X-C: 4\r\nX-Evil", "5"},
          {"X-D", std::string("6\0\n X-Evil: 7", 13)},
          {"", "8"},
          {"Content-Length", "1"},
          {"Transfer-Encoding", "chunked"},
          {"Connection", "upgrade"},
          {"Trailer", "X-Evil"}};
}

Reply InPieces(std::vector<std::string> pieces) {
  Reply reply;
  reply.next = [pieces = std::move(pieces), n = size_t{0}](std::string* chunk,
                                                           HttpFields* trailers) mutable {
    chunk->append(pieces[n++]);
    if (n < pieces.size()) return Reply::Piece::kMore;
    trailers->push_back({"x-t", "1\r\nX-Evil: 2"});
    return Reply::Piece::kLast;
  };
  return reply;
}

// Echoes the request, or does what its path says.
Reply Respond(Request& request) {
  const HttpRequest& http = request.http;
  Reply reply;
  int status;
  if (http.path == "/pieces") return InPieces({"[1", "", ",2]"});
  reply.http.headers = {{"Content-Type", "text/plain"}};
  reply.http.body = http.path == "/fields" ? FieldsOf(http) : EchoOf(http);
  if (http.path == "/splitting") reply.http.headers = Splitting();
  if (absl::SimpleAtoi(absl::StripPrefix(http.path, "/status/"), &status)) {
    reply.http.status = status;
  }
  return reply;
}

// ---- requests and responses

enum class Way { kInOnePiece, kByteByByte, kWithTheNext };

constexpr char kNext[] = "GET /next HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr char kNextResponse[] = "200 GET /next 0:";

std::string BodyOf(const std::string& head, RawClient* client) {
  const bool is_delimited = HeaderOf(head, "Content-Length") != "(none)" ||
                            HeaderOf(head, "Transfer-Encoding") != "(none)";
  return is_delimited ? client->ReadBody(head) : client->ReadAll();
}

// Checks what holds for the head of every response.
void CheckHead(const std::string& head) {
  EXPECT_TRUE(absl::StartsWith(head, "HTTP/1.1 ")) << head;
  EXPECT_NE(HeaderOf(head, "Date"), "(none)") << head;
  EXPECT_EQ(HeaderOf(head, "X-Evil"), "(none)") << head;
  const bool has_length = HeaderOf(head, "Content-Length") != "(none)";
  const bool has_coding = HeaderOf(head, "Transfer-Encoding") != "(none)";
  EXPECT_FALSE(has_length && has_coding) << head;
  EXPECT_FALSE(StatusOf(head) == "204" && (has_length || has_coding)) << head;
}

// Returns the body, or its message if it is an error.
std::string TextOf(const std::string& head, const std::string& body) {
  if (!absl::StartsWith(body, "{\"error\":")) return body;
  EXPECT_EQ(HeaderOf(head, "Content-Type"), "application/json");
  const nlohmann::json error = nlohmann::json::parse(body)["error"];
  EXPECT_EQ(absl::StrCat(error["code"].get<int>()), StatusOf(head));
  return error["message"];
}

// Reads one response in the notation of the rows, and its head into `*head`.
std::string ReadOne(absl::string_view expected, RawClient* client, std::string* head) {
  *head = client->ReadHead();
  if (head->empty()) return "(none)";
  CheckHead(*head);
  if (absl::EndsWith(expected, kNoBody)) return absl::StrCat(StatusOf(*head), kNoBody);
  return absl::StrCat(StatusOf(*head), " ", TextOf(*head, BodyOf(*head, client)));
}

// Returns the Connection header of the last response.
std::string ConnectionOf(const Http1Row& row) {
  if (row.then == Http1Row::kClosed) return "close";
  return absl::StrContains(row.sent, "HTTP/1.0") ? "keep-alive" : "(none)";
}

void ExpectResponses(const Http1Row& row, Way way, RawClient* client) {
  std::string head;
  for (absl::string_view expected : absl::StrSplit(row.responses, " && ")) {
    // Only a client that sends its head without the body waits.
    if (absl::ConsumePrefix(&expected, "(100) ") && way == Way::kByteByByte) {
      EXPECT_EQ(client->ReadHead(), "HTTP/1.1 100 Continue\r\n\r\n");
    }
    EXPECT_EQ(ReadOne(expected, client, &head), std::string(expected));
  }
  EXPECT_EQ(HeaderOf(head, "Connection"), ConnectionOf(row)) << head;
}

void ExpectConnection(const Http1Row& row, Way way, RawClient* client) {
  if (row.then == Http1Row::kClosed) {
    // No more responses, and no reset that would discard the last one.
    EXPECT_EQ(client->ReadAll(), "");
    return;
  }
  if (way != Way::kWithTheNext) client->Send(kNext);
  std::string head;
  EXPECT_EQ(ReadOne(kNextResponse, client, &head), kNextResponse);
}

void RunRow(const Http1Row& row, Way way, const FrontendServer& server) {
  const std::string sent = OnTheWire(row.sent);
  if (way == Way::kByteByByte) {
    RawClient client(server.unix_path());
    client.SendByteByByte(sent);
    ExpectResponses(row, way, &client);
    return ExpectConnection(row, way, &client);
  }
  RawClient client(server.port());
  client.Send(way == Way::kInOnePiece ? sent : sent + kNext);
  ExpectResponses(row, way, &client);
  ExpectConnection(row, way, &client);
}

class Http1Test : public testing::Test {
 protected:
  static FrontendOptions Options() {
    FrontendOptions options;
    options.limits = Http1Limits();
    return options;
  }

  void RunAll(const std::vector<Http1Row>& rows) {
    for (const Http1Row& row : rows) {
      for (Way way : {Way::kInOnePiece, Way::kByteByByte, Way::kWithTheNext}) {
        SCOPED_TRACE(absl::StrCat(row.rule, ": ", row.what, ", way ", static_cast<int>(way)));
        RunRow(row, way, server_);
      }
    }
  }

  FrontendServer server_{Respond, Options()};
};

TEST_F(Http1Test, LineEnds) { RunAll(LineEndRows()); }
TEST_F(Http1Test, RequestLines) { RunAll(RequestLineRows()); }
TEST_F(Http1Test, Versions) { RunAll(VersionRows()); }
TEST_F(Http1Test, Targets) { RunAll(TargetRows()); }
TEST_F(Http1Test, TargetForms) { RunAll(TargetFormRows()); }
TEST_F(Http1Test, TargetBytes) { RunAll(TargetByteRows()); }
TEST_F(Http1Test, Hosts) { RunAll(HostRows()); }
TEST_F(Http1Test, Fields) { RunAll(FieldRows()); }
TEST_F(Http1Test, BadFields) { RunAll(BadFieldRows()); }
TEST_F(Http1Test, LongHeads) { RunAll(LongHeadRows()); }
TEST_F(Http1Test, StreamFraming) { RunAll(FramingRows()); }
TEST_F(Http1Test, BadLengths) { RunAll(BadLengthRows()); }
TEST_F(Http1Test, BodyLimits) { RunAll(BodyLimitRows()); }
TEST_F(Http1Test, Codings) { RunAll(CodingRows()); }
TEST_F(Http1Test, Chunks) { RunAll(ChunkRows()); }
TEST_F(Http1Test, ChunkLimits) { RunAll(ChunkLimitRows()); }
TEST_F(Http1Test, BadChunks) { RunAll(BadChunkRows()); }
TEST_F(Http1Test, Extensions) { RunAll(ExtensionRows()); }
TEST_F(Http1Test, Trailers) { RunAll(TrailerRows()); }
TEST_F(Http1Test, Expectations) { RunAll(ExpectRows()); }
TEST_F(Http1Test, Persistence) { RunAll(PersistenceRows()); }
TEST_F(Http1Test, IgnoredFields) { RunAll(IgnoredRows()); }
TEST_F(Http1Test, Responses) { RunAll(ResponseRows()); }

}  // namespace
}  // namespace trestle
