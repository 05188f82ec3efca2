// The lines of requests (O13), and that no bytes can forge or break one.

#include "trestle/server/access_log/access_line.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "trestle/server/access_log_options.h"
#include "trestle/server/handler.h"
#include "trestle/server/request_observer.h"
#include "trestle/server/route_info.h"
#include "trestle/transcoding/codec/utf8.h"

namespace trestle {
namespace {

const absl::Time kNow = absl::FromUnixMillis(1795914123456);  // 2026-11-29T01:02:03.456Z
constexpr char kTime[] = "2026-11-29T01:02:03.453Z";          // 2.5 ms before

// A request that has ended at kNow, with a change of the test.
template <typename Change>
std::string LineOf(const AccessLogOptions& options, Change change) {
  static const RouteInfo* const kRoute = [] {
    auto* route = new RouteInfo;
    route->http_method = "GET";
    route->path = "/v1/{name=shelves/*}";
    route->service = "library.v1.LibraryService";
    route->method = "GetShelf";
    return route;
  }();
  Request request;
  request.http.method = "GET";
  request.http.path = "/v1/shelves/1";
  request.peer = "192.0.2.1";
  RequestRecord record;
  record.request = &request;
  record.peer = request.peer;
  record.route = kRoute;
  record.began = absl::FromUnixSeconds(1000);
  record.call_began = record.began + absl::Microseconds(500);
  record.call_ended = record.began + absl::Microseconds(1750);
  record.ended = record.began + absl::Microseconds(2500);
  record.grpc_code = 0;
  record.status = 200;
  record.response_bytes = 153;
  change(request, record);
  std::string line;
  AppendAccessLine(record, options, kNow, &line);
  return line;
}

AccessLogOptions Json() {
  AccessLogOptions options;
  options.format = AccessLogFormat::kJson;
  return options;
}

void ChangeNothing(Request&, RequestRecord&) {}

void FillAll(Request& request, RequestRecord& record) {
  request.http.query = "view=FULL&key=secret";
  request.http.headers = {{"user-agent", "curl/8 (\"x\")"},
                          {"X-Request-Id", "a-1"},
                          {"Authorization", "Bearer hidden"},
                          {"Cookie", "hidden"},
                          {"X-Forwarded-For", "203.0.113.9, 198.51.100.7"}};
  request.http.body = "hidden";
  record.request_bytes = 12;
  record.grpc_code = 5;
  record.status = 404;
  record.trace.trace_id = {0x4b, 0xf9, 0x2f, 0x35, 0x77, 0xb3, 0x4d, 0xa6,
                           0xa3, 0xce, 0x92, 0x9d, 0x0e, 0x0e, 0x47, 0x36};
  record.tls_version = "TLSv1.3";
  record.fields = {{"tenant", "a b"}, {"user=x", "1"}, {"tenant", "c"}};
}

void MakeMalformed(Request&, RequestRecord& record) {
  record.request = nullptr;
  record.route = nullptr;
  record.call_began = absl::InfinitePast();
  record.grpc_code = absl::nullopt;
  record.status = 400;
}

TEST(AccessLineTest, O13HasTheFieldsOfTheRequest) {
  EXPECT_EQ(LineOf({}, ChangeNothing),
            absl::StrCat("time=", kTime,
                         " method=GET path=/v1/shelves/1 route=\"/v1/{name=shelves/*}\" "
                         "rpc=library.v1.LibraryService/GetShelf status=200 grpc_code=OK "
                         "bytes_in=0 bytes_out=153 duration_ms=2.500 backend_ms=1.250 "
                         "peer=192.0.2.1 client=192.0.2.1 termination=complete\n"));
  EXPECT_EQ(
      LineOf(Json(), ChangeNothing),
      absl::StrCat(R"({"time":")", kTime,
                   R"(","method":"GET","path":"/v1/shelves/1","route":"/v1/{name=shelves/*}",)"
                   R"("rpc":"library.v1.LibraryService/GetShelf","status":200,)"
                   R"("grpc_code":"OK","bytes_in":0,"bytes_out":153,"duration_ms":2.500,)"
                   R"("backend_ms":1.250,"peer":"192.0.2.1","client":"192.0.2.1",)"
                   R"("termination":"complete"})",
                   "\n"));
}

TEST(AccessLineTest, O13HasAllFields) {
  AccessLogOptions options;
  options.trusted_hops = 1;
  EXPECT_EQ(LineOf(options, FillAll),
            absl::StrCat("time=", kTime,
                         " method=GET path=/v1/shelves/1 query=view&key "
                         "route=\"/v1/{name=shelves/*}\" rpc=library.v1.LibraryService/GetShelf "
                         "status=404 grpc_code=NOT_FOUND bytes_in=12 bytes_out=153 "
                         "duration_ms=2.500 backend_ms=1.250 peer=192.0.2.1 client=198.51.100.7 "
                         "user_agent=\"curl/8 (\\\"x\\\")\" request_id=a-1 "
                         "trace_id=4bf92f3577b34da6a3ce929d0e0e4736 tls=TLSv1.3 "
                         "termination=complete fields.user_x=1 fields.tenant=c\n"));
  options = Json();
  options.trusted_hops = 2;
  options.query = AccessLogQuery::kAll;
  EXPECT_EQ(LineOf(options, FillAll),
            absl::StrCat(R"({"time":")", kTime,
                         R"(","method":"GET","path":"/v1/shelves/1","query":"view=FULL&key=***",)"
                         R"("route":"/v1/{name=shelves/*}",)"
                         R"("rpc":"library.v1.LibraryService/GetShelf","status":404,)"
                         R"("grpc_code":"NOT_FOUND","bytes_in":12,"bytes_out":153,)"
                         R"("duration_ms":2.500,"backend_ms":1.250,"peer":"192.0.2.1",)"
                         R"x("client":"203.0.113.9","user_agent":"curl/8 (\"x\")",)x"
                         R"("request_id":"a-1","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736",)"
                         R"("tls":"TLSv1.3","termination":"complete",)"
                         R"("fields":{"user=x":"1","tenant":"c"}})",
                         "\n"));
}

TEST(AccessLineTest, O13AMalformedHeadHasALineToo) {
  EXPECT_EQ(LineOf({}, MakeMalformed),
            absl::StrCat("time=", kTime,
                         " status=400 bytes_in=0 bytes_out=153 duration_ms=2.500 peer=192.0.2.1 "
                         "client=192.0.2.1 termination=complete\n"));
}

TEST(AccessLineTest, O13SaysHowARequestEnded) {
  const struct {
    Termination termination;
    const char* name;
  } kRows[] = {
      {Termination::kClientGone, "client_disconnected"},
      {Termination::kDeadline, "deadline_exceeded"},
      {Termination::kOverload, "overload"},
      {Termination::kLimit, "limit_exceeded"},
      {Termination::kBroken, "broken_off"},
  };
  for (const auto& row : kRows) {
    const std::string line =
        LineOf({}, [&](Request&, RequestRecord& record) { record.termination = row.termination; });
    EXPECT_TRUE(absl::EndsWith(line, absl::StrCat(" termination=", row.name, "\n"))) << line;
  }
}

TEST(AccessLineTest, ACodeThatGrpcDoesNotDefineIsANumber) {
  const std::string line =
      LineOf({}, [](Request&, RequestRecord& record) { record.grpc_code = 99; });
  EXPECT_TRUE(absl::StrContains(line, " grpc_code=99 ")) << line;
}

TEST(AccessLineTest, ALongTextIsCut) {
  AccessLogOptions options;
  options.max_text = 8;
  const std::string line = LineOf(options, [](Request& request, RequestRecord& record) {
    request.http.query = std::string(5000, 'q') + "=1";
    for (int i = 0; i < 1000; ++i) record.fields.emplace_back(absl::StrCat(i), "1");
    record.fields[0].first = std::string(5000, 'n');
  });
  EXPECT_TRUE(absl::StrContains(line, " path=\"/v1/shel…\" query=\"qqqqqqqq…\" ")) << line;
  EXPECT_TRUE(absl::EndsWith(line, " fields.63=1\n")) << line;
  EXPECT_LT(line.size(), 1200u);
}

TEST(AccessLineTest, O13OnlyCompleteSuccessesAreSampled) {
  const struct {
    int status;
    int grpc_code;
    Termination termination;
    bool is_sampled;
  } kRows[] = {
      {200, 0, Termination::kComplete, true},    {204, 0, Termination::kComplete, true},
      {304, 0, Termination::kComplete, true},    {399, 0, Termination::kComplete, true},
      {400, 0, Termination::kComplete, false},   {404, 5, Termination::kComplete, false},
      {503, 0, Termination::kOverload, false},   {200, 13, Termination::kComplete, false},
      {200, 0, Termination::kClientGone, false}, {200, 0, Termination::kBroken, false},
      {0, 0, Termination::kClientGone, false},
  };
  for (const auto& row : kRows) {
    RequestRecord record;
    record.status = row.status;
    if (row.grpc_code != 0) record.grpc_code = row.grpc_code;
    record.termination = row.termination;
    EXPECT_EQ(IsSampled(record), row.is_sampled) << row.status << " " << row.grpc_code;
  }
}

// Sets every text that can come from a client or from middleware.
void SetAll(const std::string& text, Request& request, RequestRecord& record) {
  request.http.method = text;
  request.http.path = text;
  request.http.query = text;
  request.peer = text;
  record.peer = text;
  request.http.headers = {{"User-Agent", text}, {"X-Request-Id", text}, {"X-Forwarded-For", text}};
  record.fields = {{text, text}, {"a", text}};
}

// Checks what no text can change.
void ExpectALine(const std::string& line, const std::string& text) {
  ASSERT_TRUE(absl::EndsWith(line, "\n"));
  EXPECT_EQ(line.find('\n'), line.size() - 1) << text;
  EXPECT_TRUE(IsUtf8(line)) << text;
  for (const char c : line) EXPECT_TRUE(c == '\n' || (c >= ' ' && c != 0x7f) || c < 0) << text;
}

void ExpectHarmless(const std::string& text) {
  for (const AccessLogQuery query :
       {AccessLogQuery::kNone, AccessLogQuery::kNames, AccessLogQuery::kAll}) {
    AccessLogOptions options;
    options.query = query;
    options.trusted_hops = 3;
    const auto set = [&](Request& request, RequestRecord& record) {
      SetAll(text, request, record);
    };
    ExpectALine(LineOf(options, set), text);
    options.format = AccessLogFormat::kJson;
    const std::string json = LineOf(options, set);
    ExpectALine(json, text);
    const auto parsed = nlohmann::json::parse(json, nullptr, /*allow_exceptions=*/false);
    ASSERT_TRUE(parsed.is_object()) << json;
    EXPECT_EQ(parsed["status"], 200);
    EXPECT_EQ(parsed["termination"], "complete");
  }
}

TEST(AccessLineTest, O13HostileTextIsEscaped) {
  for (const std::string text : {"",
                                 " ",
                                 "\"",
                                 "\\",
                                 "\\\"",
                                 "a\nstatus=500",
                                 "\r\n",
                                 "\"}\n{\"status\":500}",
                                 "x status=500 y",
                                 "\x1b[2J",
                                 "\x7f",
                                 "\xc2\x9b",
                                 "\xe2\x80\xa8",
                                 "\xe2\x80\xa9",
                                 "\xe2\x80\xae",
                                 "\xff\xfe",
                                 "\xc3",
                                 "\xed\xa0\x80",
                                 "\xf4\x90\x80\x80",
                                 "=",
                                 "{}",
                                 "***",
                                 "%00",
                                 "a=b&key=c&=&&%zz=1",
                                 "☕",
                                 "\xf0\x9f\x98\x80"}) {
    ExpectHarmless(text);
  }
  ExpectHarmless(std::string("\0", 1));
  ExpectHarmless(std::string(100000, '\0'));
  ExpectHarmless(std::string(100000, '\xe2'));
  ExpectHarmless(std::string(5000, '&'));
}

TEST(AccessLineTest, O13AnyBytesGiveOneValidLine) {
  std::mt19937 random(1);
  for (int i = 0; i < 2000; ++i) {
    std::string text(random() % 40, ' ');
    for (char& c : text) c = static_cast<char>(random());
    ExpectHarmless(text);
  }
}

TEST(AccessLineTest, O14HasNoSecrets) {
  for (const AccessLogFormat format : {AccessLogFormat::kText, AccessLogFormat::kJson}) {
    AccessLogOptions options;
    options.format = format;
    options.query = AccessLogQuery::kAll;
    const std::string line = LineOf(options, [](Request& request, RequestRecord& record) {
      FillAll(request, record);
      request.http.query =
          "key=hidden&%6Bey=hidden&KEY=hidden&access_token=hidden&api%5Fkey=hidden";
      request.http.headers.push_back({"X-Api-Key", "hidden"});
      request.http.headers.push_back({"Proxy-Authorization", "hidden"});
    });
    EXPECT_FALSE(absl::StrContains(line, "hidden")) << line;
  }
}

}  // namespace
}  // namespace trestle
