// The rules where only the whole way shows them: a request comes in, goes to a backend that
// sends back what it was asked, and the response tells what became of it.

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "tests/transcoding/mapping.pb.h"
#include "trestle/server/backend.h"
#include "trestle/server/gateway/gateway.h"
#include "trestle/server/gateway/metadata.h"
#include "trestle/server/routing/route.h"
#include "trestle/server/routing/router.h"
#include "trestle/server/service_route.h"
#include "trestle/transcoding/error.h"

namespace trestle {
namespace {

using test::mapping::Request;

// Responds with the request itself.
class Echo final : public Backend {
 public:
  absl::Status Unary(absl::string_view, CallContext& context, std::string request,
                     WireBytes* response) override {
    metadata = context.metadata;
    context.initial = initial;
    context.trailing = trailing;
    *response = WireBytes(std::move(request));
    return status;
  }
  absl::StatusOr<std::unique_ptr<BackendStream>> Stream(absl::string_view, CallContext&) override {
    return absl::UnimplementedError("no streams here");
  }

  absl::Status status;
  Metadata metadata;  // received
  Metadata initial;
  Metadata trailing;
};

class RulesOfTheGateway : public testing::Test {
 protected:
  RulesOfTheGateway() {
    for (const Rule& rule : std::vector<Rule>{
             {"GET", "/v1/{name=shelves/*}", "", ""},
             {"DELETE", "/v1/{name=shelves/*}", "", ""},
             {"GET", "/v1/{name=shelves/*}:peek", "", ""},
             {"POST", "/v1/{name=shelves/*}", "*", ""},
             {"PUT", "/v1/{name=shelves/*}", "book", "book"},
             {"GET", "/w/*/{page_size}", "", ""},
             {"GET", "/w/**", "", ""},
             {"GET", "/lit%20x/caf%C3%A9/{name}", "", ""},
             {"GET", "/lit%20x/{name=**}", "", ""},
             {"PROPFIND", "/v1/{name=shelves/*}", "", ""},
             {"*", "/any/{name}", "", ""},
         }) {
      Add(rule);
    }
  }

  void Add(const Rule& rule) {
    const auto route =
        trestle::Unary<Request, Request>(absl::StrCat("/x.Echo/", routes_.size()), rule);
    routes_.push_back(ResolveRoute(route, SchemaPool::Generated()).value());
    routes_.back().backend = &echo_;
    ASSERT_TRUE(router_.Add(&routes_.back()).ok());
  }

  Reply Handle(const std::string& method, const std::string& target, HttpFields headers = {},
               std::string body = "") {
    trestle::Request request;
    request.http.method = method;
    request.http.path = target.substr(0, target.find('?'));
    if (target.find('?') != std::string::npos) {
      request.http.query = target.substr(target.find('?') + 1);
    }
    request.http.headers = std::move(headers);
    request.http.body = std::move(body);
    return gateway_.Handle(request);
  }

  static std::string HeaderOf(const Reply& reply, absl::string_view name) {
    const std::string* value = FindField(reply.http.headers, name);
    return value == nullptr ? "(none)" : *value;
  }

  Echo echo_;
  std::deque<Route> routes_;
  Router router_;
  Options options_;
  Gateway gateway_{&router_, {&SchemaPool::Generated(), &options_}, options_};
};

struct Row {
  const char* rule;     // and what the row says of it
  const char* request;  // "GET /target"
  const char* body;
  const char* response;  // "200 {…}"; of an error the status alone
};

const Row kRows[] = {
    // R11
    {"R11: literals are compared decoded", "GET /lit%20x/caf%c3%a9/1", "", R"(200 {"name":"1"})"},
    {"R11: and unescaped bytes are as good", "GET /lit%20x/caf\xc3\xa9/1", "",
     R"(200 {"name":"1"})"},
    {"R11: letters may be escaped", "GET /%6cit%20x/c%61f%C3%A9/1", "", R"(200 {"name":"1"})"},
    {"R11: a plus is no blank in a path", "GET /lit+x/1", "", "404"},
    {"R11: escapes are decoded once", "GET /lit%2520x/1", "", "404"},
    {"R11: an escaped slash separates nothing", "GET /lit%20x%2f1", "", "404"},
    {"R11: another accent is another literal", "GET /lit%20x/cafe/1", "",
     R"(200 {"name":"cafe/1"})"},
    // R12
    {"R12: the verb", "GET /v1/shelves/1:peek", "", R"(200 {"name":"shelves/1"})"},
    {"R12: an escaped colon is text", "GET /v1/shelves/1%3Apeek", "",
     R"(200 {"name":"shelves/1:peek"})"},
    {"R12: the last colon", "GET /v1/shelves/1:x:peek", "", R"(200 {"name":"shelves/1:x"})"},
    {"R12: no route has the verb, so the colon is text", "GET /v1/shelves/1:poke", "",
     R"(200 {"name":"shelves/1:poke"})"},
    {"R12: an empty verb is text", "GET /v1/shelves/1:", "", R"(200 {"name":"shelves/1:"})"},
    {"R12: a verb in another case is text", "GET /v1/shelves/1:Peek", "",
     R"(200 {"name":"shelves/1:Peek"})"},
    {"R12: no verb with this method, so the colon is text", "DELETE /v1/shelves/1:peek", "",
     R"(200 {"name":"shelves/1:peek"})"},
    // R18, R20
    {"R18: a single segment is decoded fully", "GET /any/a%2Fb%20c+d", "",
     R"(200 {"name":"a/b c+d"})"},
    {"R20: several are but for the slash", "GET /v1/shelves/a%2Fb%20c+d", "",
     R"(200 {"name":"shelves/a%2Fb c+d"})"},
    {"R20: whose case stays", "GET /v1/shelves/a%2fb", "", R"(200 {"name":"shelves/a%2fb"})"},
    // R23
    {"R23: a malformed escape in a variable", "GET /v1/shelves/%zz", "", "400"},
    {"R23: in a segment that no variable takes", "GET /w/%zz/1", "", "400"},
    {"R23: in the rest that no variable takes", "GET /w/a/b/%4", "", "400"},
    {"R23: bytes that are not UTF-8", "GET /any/%FF", "", "400"},
    {"R23: where no variable takes them they are bytes", "GET /w/%FF/1", "",
     R"(200 {"pageSize":1})"},
    // R24 and on
    {"R24: a plus of a query is a blank", "GET /v1/shelves/1?p=a+b%20c%2Bd", "",
     R"(200 {"name":"shelves/1","p":"a b c+d"})"},
    {"R24: a query of nothing", "GET /v1/shelves/1?", "", R"(200 {"name":"shelves/1"})"},
    {"R24: a second question mark is text", "GET /v1/shelves/1?p=a?b", "",
     R"(200 {"name":"shelves/1","p":"a?b"})"},
    {"R31: the path wins over the body", "POST /v1/shelves/1", R"({"name":"shelves/2"})",
     R"(200 {"name":"shelves/1"})"},
    {"R30: and the query must not try", "GET /v1/shelves/1?name=shelves/1", "", "400"},
    {"R32: a body that no route binds changes nothing", "DELETE /v1/shelves/1", R"({"name":"x"})",
     R"(200 {"name":"shelves/1"})"},
    {"R38: exactly the field, both ways", "PUT /v1/shelves/1", R"({"title":"x"})",
     R"(200 {"title":"x"})"},
    {"R39: and its empty value", "PUT /v1/shelves/1", "", "200 {}"},
    {"R2: a method of one's own", "PROPFIND /v1/shelves/1", "", R"(200 {"name":"shelves/1"})"},
    {"R2: any method", "BREW /any/1", "", R"(200 {"name":"1"})"},
    {"R2: methods are told by their case", "propfind /v1/shelves/1", "", "405"},
    // D1, D3, D4
    {"D1: a literal before \"**\", however long", "GET /lit%20x/caf%C3%A9/x", "",
     R"(200 {"name":"x"})"},
    {"D1: back to \"**\" when nothing else is left", "GET /lit%20x/caf%C3%A9/x/y", "",
     "200 {\"name\":\"caf\xc3\xa9/x/y\"}"},
    {"D1: \"*\" before \"**\"", "GET /w/a/7", "", R"(200 {"pageSize":7})"},
    {"D1: and a value that is none is no way back", "GET /w/a/b", "", "400"},
    {"D3: no route", "GET /v2/shelves/1", "", "404"},
    {"D3: no method", "PATCH /v1/shelves/1", "", "405"},
    {"D3: any method takes OPTIONS too", "OPTIONS /any/1", "", R"(200 {"name":"1"})"},
    {"D4: a slash at the end", "GET /v1/shelves/1/", "", "404"},
    {"D4: two slashes", "GET /v1//shelves/1", "", "404"},
    {"D4: the case of a literal", "GET /V1/shelves/1", "", "404"},
    {"D4: dots are text", "GET /v1/shelves/..", "", R"(200 {"name":"shelves/.."})"},
    {"D4: escaped dots too", "GET /v1/shelves/%2e%2E", "", R"(200 {"name":"shelves/.."})"},
    {"D4: \"**\" without a slash", "GET /w", "", "200 {}"},
    {"D4: and with one", "GET /w/", "", "200 {}"},
};

TEST_F(RulesOfTheGateway, EachClauseHolds) {
  for (const Row& row : kRows) {
    const std::vector<std::string> words = absl::StrSplit(row.request, ' ');
    const Reply reply = Handle(words[0], words[1], {}, row.body);
    const bool ok = reply.http.status == 200;
    EXPECT_EQ(absl::StrCat(reply.http.status, ok ? " " : "", ok ? reply.http.body : ""),
              row.response)
        << row.rule << "\n"
        << reply.http.body;
    EXPECT_EQ(HeaderOf(reply, "Content-Type"), "application/json") << row.rule;
    EXPECT_FALSE(reply.http.body.empty()) << row.rule;  // R89
    if (!ok) {
      EXPECT_TRUE(absl::StartsWith(reply.http.body,
                                   absl::StrCat("{\"error\":{\"code\":", reply.http.status, ",")))
          << row.rule << reply.http.body;  // R80, R81
    }
  }
}

TEST_F(RulesOfTheGateway, D3SaysWhatIsAllowed) {
  EXPECT_EQ(HeaderOf(Handle("PATCH", "/v1/shelves/1"), "Allow"),
            "DELETE, GET, HEAD, OPTIONS, POST, PROPFIND, PUT");
  const Reply options = Handle("OPTIONS", "/v1/shelves/1");
  EXPECT_EQ(options.http.status, 204);
  EXPECT_EQ(options.http.body, "");
  EXPECT_EQ(HeaderOf(options, "Allow"), "DELETE, GET, HEAD, OPTIONS, POST, PROPFIND, PUT");
}

// Section 7 -------------------------------------------------------------------------------

TEST_F(RulesOfTheGateway, R84AnyOtherCodeIs500) {
  echo_.status = absl::Status(static_cast<absl::StatusCode>(77), "x");
  const Reply reply = Handle("GET", "/v1/shelves/1");
  EXPECT_EQ(reply.http.status, 500);
  EXPECT_TRUE(absl::StartsWith(reply.http.body, "{\"error\":{\"code\":500,\"message\":\"x\""))
      << reply.http.body;
}

TEST_F(RulesOfTheGateway, R89AFailureWithoutWordsHasABody) {
  echo_.status = absl::Status(absl::StatusCode::kDataLoss, "");
  const Reply reply = Handle("GET", "/v1/shelves/1");
  EXPECT_EQ(reply.http.status, 500);
  EXPECT_TRUE(absl::StrContains(reply.http.body, "\"status\":\"DATA_LOSS\"")) << reply.http.body;
}

TEST_F(RulesOfTheGateway, R85DetailsKeepTheirOrderAndMayRepeat) {
  google::rpc::Status status;
  status.set_code(9);
  status.set_message("x");
  for (const char* reason : {"B", "A", "B"}) {
    google::rpc::ErrorInfo info;
    info.set_reason(reason);
    status.add_details()->PackFrom(info);
  }
  status.add_details()->set_type_url("type.googleapis.com/no.Such");
  echo_.status = absl::FailedPreconditionError("x");
  echo_.status.SetPayload(kStatusDetailsUrl, absl::Cord(status.SerializeAsString()));
  const Reply reply = Handle("GET", "/v1/shelves/1");
  EXPECT_EQ(reply.http.status, 400);
  EXPECT_TRUE(absl::EndsWith(
      reply.http.body,
      R"("details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"B"},)"
      R"({"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"A"},)"
      R"({"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"B"},)"
      R"({"@type":"type.googleapis.com/no.Such","value":""}]}})"))
      << reply.http.body;
}

TEST_F(RulesOfTheGateway, R86NoRetryInfoIsNoRetryAfter) {
  echo_.status = absl::UnavailableError("x");
  EXPECT_EQ(HeaderOf(Handle("GET", "/v1/shelves/1"), "Retry-After"), "(none)");
}

// A client makes of an HTTP status alone what R87 says.
TEST_F(RulesOfTheGateway, R87CodesOfHttpStatuses) {
  const struct {
    int http_status;
    absl::StatusCode code;
  } kStatuses[] = {
      {200, absl::StatusCode::kOk},
      {201, absl::StatusCode::kOk},
      {204, absl::StatusCode::kOk},
      {299, absl::StatusCode::kOk},
      {300, absl::StatusCode::kUnknown},
      {304, absl::StatusCode::kUnknown},
      {400, absl::StatusCode::kInvalidArgument},
      {401, absl::StatusCode::kUnauthenticated},
      {402, absl::StatusCode::kFailedPrecondition},
      {403, absl::StatusCode::kPermissionDenied},
      {404, absl::StatusCode::kNotFound},
      {405, absl::StatusCode::kFailedPrecondition},
      {409, absl::StatusCode::kAborted},
      {412, absl::StatusCode::kFailedPrecondition},
      {429, absl::StatusCode::kResourceExhausted},
      {499, absl::StatusCode::kCancelled},
      {500, absl::StatusCode::kInternal},
      {501, absl::StatusCode::kUnimplemented},
      {502, absl::StatusCode::kInternal},
      {503, absl::StatusCode::kUnavailable},
      {504, absl::StatusCode::kDeadlineExceeded},
      {599, absl::StatusCode::kInternal},
  };
  for (const auto& row : kStatuses) {
    EXPECT_EQ(CodeOfHttpStatus(row.http_status), row.code) << row.http_status;
  }
}

// Section 8 -------------------------------------------------------------------------------

TEST_F(RulesOfTheGateway, H1BadBase64IsAnErrorNamingTheHeader) {
  const Reply reply = Handle("GET", "/v1/shelves/1", {{"Grpc-Metadata-Trace-Bin", "a b"}});
  EXPECT_EQ(reply.http.status, 400);
  EXPECT_TRUE(absl::StrContains(reply.http.body, "Grpc-Metadata-Trace-Bin")) << reply.http.body;
}

TEST_F(RulesOfTheGateway, H1BinaryValuesAreBytes) {
  for (const char* text : {"AP8=", "AP8", "/w=="}) {
    ASSERT_EQ(Handle("GET", "/v1/shelves/1", {{"grpc-metadata-x-bin", text}}).http.status, 200)
        << text;
    EXPECT_EQ(echo_.metadata[0].first, "x-bin");
    EXPECT_EQ(echo_.metadata[0].second[absl::StartsWith(text, "A") ? 1 : 0], '\xff') << text;
  }
}

TEST_F(RulesOfTheGateway, H2WithoutAPeerOrHostNothingIsMadeUp) {
  Handle("GET", "/v1/shelves/1", {{"X-Forwarded-For", "6.6.6.6"}, {"X-Forwarded-Proto", "https"}});
  EXPECT_TRUE(echo_.metadata.empty());
}

TEST_F(RulesOfTheGateway, H3DropsWhatIsNoHeader) {
  echo_.initial = {{"x-split", "a\r\nx-evil: 1"},
                   {"x nul", "b"},
                   {"keep-alive", "5"},
                   {"upgrade", "h2c"},
                   {"", "c"},
                   {"x-ok", "d"},
                   {"proxy-connection", "close"},
                   {"trailer", "x-cost"}};
  const Reply reply = Handle("GET", "/v1/shelves/1");
  std::string names;
  for (const HttpField& field : reply.http.headers) absl::StrAppend(&names, field.name, ";");
  EXPECT_EQ(HeaderOf(reply, "x-ok"), "d") << names;
  for (const char* name :
       {"x-split", "x nul", "keep-alive", "upgrade", "", "proxy-connection", "trailer"}) {
    EXPECT_EQ(HeaderOf(reply, name), "(none)") << name;
  }
}

TEST_F(RulesOfTheGateway, H3BinaryTrailersAreBase64) {
  echo_.trailing = {{"x-cost-bin", std::string("\0\xff", 2)}, {"grpc-status", "0"}};
  const Reply reply = Handle("GET", "/v1/shelves/1", {{"TE", "trailers"}});
  ASSERT_EQ(reply.http.trailers.size(), 1u);
  EXPECT_EQ(reply.http.trailers[0].name, "x-cost-bin");
  EXPECT_EQ(reply.http.trailers[0].value, "AP8=");
}

TEST_F(RulesOfTheGateway, H4OnlyASuccessIsAnotherStatus) {
  echo_.initial = {{"x-http-code", "404"}};
  Reply reply = Handle("GET", "/v1/shelves/1");
  EXPECT_EQ(reply.http.status, 404);  // what the backend says it is
  EXPECT_EQ(HeaderOf(reply, "x-http-code"), "(none)");
  echo_.status = absl::AbortedError("x");
  reply = Handle("GET", "/v1/shelves/1");
  EXPECT_EQ(reply.http.status, 409);
  EXPECT_EQ(HeaderOf(reply, "x-http-code"), "(none)");
  echo_.initial = {{"x-http-code", "200"}};
  EXPECT_EQ(Handle("GET", "/v1/shelves/1").http.status, 409);  // R89: no success of a failure
}

// The default of the server is its own choice.
TEST_F(RulesOfTheGateway, H5TheMaximumBoundsWhatAClientAsksFor) {
  TimeoutOptions options;
  options.max = absl::Seconds(10);
  EXPECT_EQ(RequestTimeout({}, options, options.unary).value(), absl::Seconds(30));
  for (const char* seconds : {"10.5", "31", "9999999999"}) {
    EXPECT_EQ(RequestTimeout({{"X-Server-Timeout", seconds}}, options, options.unary).value(),
              absl::Seconds(10))
        << seconds;
  }
  EXPECT_EQ(RequestTimeout({{"X-Server-Timeout", "9.5"}}, options, options.unary).value(),
            absl::Milliseconds(9500));
}

TEST_F(RulesOfTheGateway, H5AMalformedDeadlineReachesNoBackend) {
  echo_.metadata = {{"untouched", ""}};
  for (const char* name : {"Grpc-Timeout", "X-Server-Timeout"}) {
    for (const char* value : {"", " ", "1 S", "0x1S", "1e", "1e3", "0x10", "1,5", "+1S", "--1"}) {
      EXPECT_EQ(Handle("GET", "/v1/shelves/1", {{name, value}}).http.status, 400)
          << name << " \"" << value << "\"";
    }
  }
  EXPECT_EQ(echo_.metadata.size(), 1u);
}

}  // namespace
}  // namespace trestle
