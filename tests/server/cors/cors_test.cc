// CORS over sockets, by both front ends: the server's own, and httplib's with the gateway mounted.

#include "trestle/server/cors.h"

#include <gtest/gtest.h>
#include <httplib.h>

#include <memory>
#include <ostream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/server/gateway/shop.pb.h"
#include "trestle/server/grpc_backend.h"
#include "trestle/server/httplib_mount.h"
#include "trestle/server/server.h"
#include "trestle/server/service_route.h"
#include "trestle/tests/e2e/raw_http.h"
#include "trestle/tests/testing/generic_backend.h"
#include "trestle/tests/testing/running_server.h"

namespace trestle {
namespace {

using test::shop::GetItemRequest;
using test::shop::Item;
using test::shop::PutItemRequest;

// Sends an item; for "items/loud" with headers of CORS as metadata, none for "items/none".
GenericBackend::Response Respond(const GenericBackend::Call& call) {
  GenericBackend::Response response;
  response.messages = {Item().SerializeAsString()};
  GetItemRequest request;
  request.ParseFromString(call.request);
  if (request.name() == "items/none") {
    response.messages.clear();
    response.status = grpc::Status(grpc::StatusCode::NOT_FOUND, "no such item");
  }
  if (request.name() == "items/loud") {
    response.initial = {{"access-control-allow-origin", "*"},
                        {"access-control-allow-credentials", "true"},
                        {"access-control-allow-methods", "TRACE"},
                        {"access-control-expose-headers", "x-secret"},
                        {"vary", "Cookie"}};
    response.trailing = {{"access-control-allow-origin", "https://evil.com"}};
  }
  return response;
}

// A server with the routes of the shop, and handlers.
class Shop {
 public:
  explicit Shop(const CorsOptions& cors, const ServerOptions& options = {}) : server_(options) {
    const absl::Status status = server_.UseCors(cors);
    EXPECT_TRUE(status.ok()) << status;
    server_.Use(Guard);
    const std::string service = "/trestle.test.shop.Shop/";
    const absl::Status added = server_.Add(
        {Unary<GetItemRequest, Item>(service + "GetItem", {"GET", "/v1/{name=items/*}"}),
         Unary<PutItemRequest, Item>(service + "PutItem", {"PUT", "/v1/{name=items/*}", "item"}),
         Unary<GetItemRequest, Item>(service + "Find", {"PATCH", "/v1/{name=items/*}:find", "*"}),
         ServerStreaming<GetItemRequest, Item>(service + "Watch",
                                               {"GET", "/v1/{name=items/*}:watch"})},
        backend_.get());
    EXPECT_TRUE(added.ok()) << added;
    const auto hello = [](Request&) { return Reply::Text(200, "hello"); };
    EXPECT_TRUE(server_.Handle("*", "/any", hello).ok());
    EXPECT_TRUE(server_.Handle("POST", "/hello", hello).ok());
  }
  Server& server() { return server_; }

 private:
  // Stands for authentication.
  static Handler Guard(Handler next) {
    return [next = std::move(next)](Request& request) {
      if (FindField(request.http.headers, "X-Denied") == nullptr) return next(request);
      return ErrorReply(absl::UnauthenticatedError("no token"));
    };
  }

  GenericBackend generic_{Respond};
  std::unique_ptr<Backend> backend_ = NewGrpcBackend(generic_.InProcess());
  Server server_;
};

enum class FrontEnd { kOwn, kHttplib };

std::ostream& operator<<(std::ostream& out, FrontEnd kind) {
  return out << (kind == FrontEnd::kOwn ? "own" : "httplib");
}

// Serves `server` with a front end until the end of the scope.
class Serving {
 public:
  Serving(FrontEnd kind, Server* server) {
    if (kind == FrontEnd::kOwn) {
      own_ = std::make_unique<RunningServer>(server);
      port_ = own_->port();
      return;
    }
    MountOn(&http_, server->AsHandler(), Options());
    port_ = http_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { http_.listen_after_bind(); });
  }
  ~Serving() {
    if (!thread_.joinable()) return;
    http_.stop();
    thread_.join();
  }
  int port() const { return port_; }

 private:
  std::unique_ptr<RunningServer> own_;
  httplib::Server http_;
  std::thread thread_;
  int port_ = 0;
};

// Returns the status, and the fields of CORS with each of their values: "200 origin=* vary=Origin".
std::string Dump(const HttpResponse& http) {
  const std::pair<const char*, const char*> names[] = {
      {"Access-Control-Allow-Origin", "origin"},
      {"Access-Control-Allow-Credentials", "credentials"},
      {"Access-Control-Allow-Methods", "methods"},
      {"Access-Control-Allow-Headers", "headers"},
      {"Access-Control-Expose-Headers", "expose"},
      {"Access-Control-Max-Age", "age"},
      {"Access-Control-Allow-Private-Network", "private"},
      {"Vary", "vary"}};
  std::string dump = absl::StrCat(http.status);
  for (const auto& [name, label] : names) {
    for (const HttpField& field : http.headers) {
      if (absl::EqualsIgnoreCase(field.name, name)) {
        absl::StrAppend(&dump, " ", label, "=", field.value);
      }
    }
  }
  return dump;
}

struct Row {
  const char* what;
  std::string request;  // "GET /path"
  std::string headers;  // lines without their CRLF, separated by "|"
  std::string response;
  std::string body = "";
};

std::string Ask(int port, const Row& row) {
  const size_t space = row.request.find(' ');
  std::string lines = absl::StrReplaceAll(row.headers, {{"|", "\r\n"}});
  if (!lines.empty()) lines += "\r\n";
  return Dump(
      Exchange(port, row.request.substr(0, space), row.request.substr(space + 1), lines, row.body));
}

void Check(FrontEnd kind, const CorsOptions& cors, const std::vector<Row>& rows,
           const ServerOptions& options = {}) {
  Shop shop(cors, options);
  const Serving serving(kind, &shop.server());
  for (const Row& row : rows) EXPECT_EQ(Ask(serving.port(), row), row.response) << row.what;
}

const char kApp[] = "Origin: https://app.example.com";
const char kAllowed[] = "origin=https://app.example.com vary=Origin";
const char kPreflightVary[] =
    "vary=Origin, Access-Control-Request-Method, Access-Control-Request-Headers";

std::string Preflight(const std::string& method, const std::string& more = "") {
  return absl::StrCat(kApp, "|Access-Control-Request-Method: ", method, more);
}

CorsOptions AppOptions() {
  CorsOptions cors;
  cors.allow_origin = {"https://app.example.com", "https://*.example.org", "http://[::1]:3000"};
  cors.allow_headers = {"content-type", "x-tenant"};
  return cors;
}

class CorsTest : public testing::TestWithParam<FrontEnd> {};

INSTANTIATE_TEST_SUITE_P(FrontEnds, CorsTest, testing::Values(FrontEnd::kOwn, FrontEnd::kHttplib),
                         testing::PrintToStringParamName());

TEST_P(CorsTest, E3OffByDefault) {
  Check(GetParam(), CorsOptions(),
        {{"a request", "GET /v1/items/1", kApp, "200"},
         {"a preflight is a mere OPTIONS", "OPTIONS /v1/items/1", Preflight("PUT"), "204"},
         {"a backend sets its own headers", "GET /v1/items/loud", kApp,
          "200 origin=* credentials=true methods=TRACE expose=x-secret vary=Cookie"}});
}

TEST_P(CorsTest, E3ComparesOrigins) {
  const std::string denied = "200 vary=Origin";
  const auto allowed = [](const std::string& origin) {
    return "200 origin=" + origin + " vary=Origin";
  };
  std::vector<Row> rows = {{"no origin", "GET /v1/items/1", "", denied},
                           {"two lines", "GET /v1/items/1", absl::StrCat(kApp, "|", kApp), denied},
                           {"two lines, one of them evil", "GET /v1/items/1",
                            absl::StrCat(kApp, "|Origin: https://e.com"), denied}};
  std::string many = kApp;
  for (int i = 0; i < 90; ++i) many += absl::StrCat("|", kApp);
  rows.push_back({"many lines", "GET /v1/items/1", many, denied});
  for (const char* origin : {"https://app.example.com", "https://a.example.org",
                             "https://a.b.example.org", "http://[::1]:3000"}) {
    rows.push_back({origin, "GET /v1/items/1", absl::StrCat("Origin: ", origin), allowed(origin)});
  }
  for (const std::string& origin : {std::string("null"),
                                    std::string("https://evil-example.com"),
                                    std::string("https://app.example.com.evil.com"),
                                    std::string("https://evil-example.org"),
                                    std::string("https://example.org"),
                                    std::string("https://example.org.evil.com"),
                                    std::string("https://.example.org"),
                                    std::string("https://*.example.org"),
                                    std::string("https://app.example.com:443"),
                                    std::string("https://app.example.com:8443"),
                                    std::string("http://app.example.com"),
                                    std::string("HTTPS://app.example.com"),
                                    std::string("https://App.example.com"),
                                    std::string("https://app.example.com/"),
                                    std::string("https://app.example.com https://app.example.com"),
                                    std::string("https://app.example.com,https://e.com"),
                                    std::string("http://[::1]"),
                                    std::string("http://[0:0:0:0:0:0:0:1]:3000"),
                                    std::string("*"),
                                    std::string("https://"),
                                    std::string("https://") + std::string(7000, 'a') + ".com",
                                    std::string("\xff\xfe")}) {
    rows.push_back({"another origin", "GET /v1/items/1", "Origin: " + origin, denied});
  }
  Check(GetParam(), AppOptions(), rows);
}

TEST_P(CorsTest, E4RespondsToPreflightsFromTheRouteTable) {
  const std::string age_and_vary =
      absl::StrCat(" headers=content-type, x-tenant age=600 ", kPreflightVary);
  const auto ok = [&](const std::string& methods) {
    return absl::StrCat("204 origin=https://app.example.com methods=", methods, age_and_vary);
  };
  const auto no = [](int status) { return absl::StrCat(status, " ", kPreflightVary); };
  Check(GetParam(), AppOptions(),
        {{"a method of the path", "OPTIONS /v1/items/1", Preflight("PUT"),
          ok("GET, HEAD, OPTIONS, PUT")},
         {"before authentication", "OPTIONS /v1/items/1", Preflight("PUT", "|X-Denied: 1"),
          ok("GET, HEAD, OPTIONS, PUT")},
         {"HEAD, where GET is", "OPTIONS /v1/items/1", Preflight("HEAD"),
          ok("GET, HEAD, OPTIONS, PUT")},
         {"the verb counts", "OPTIONS /v1/items/1:find", Preflight("PATCH"),
          ok("GET, HEAD, OPTIONS, PATCH, PUT")},
         {"with a query", "OPTIONS /v1/items/1?version=2", Preflight("PUT"),
          ok("GET, HEAD, OPTIONS, PUT")},
         {"a custom handler's path", "OPTIONS /hello", Preflight("POST"), ok("OPTIONS, POST")},
         {"a route for any method", "OPTIONS /any", Preflight("PROPFIND"), ok("OPTIONS, PROPFIND")},
         {"which is a token", "OPTIONS /any", Preflight("A B"), no(200)},
         {"and there once", "OPTIONS /any", Preflight("PUT", "|Access-Control-Request-Method: GET"),
          no(200)},
         {"headers that are not allowed", "OPTIONS /hello",
          Preflight("POST", "|Access-Control-Request-Headers: x-evil"), ok("OPTIONS, POST")},
         {"another method", "OPTIONS /v1/items/1", Preflight("DELETE"), no(204)},
         {"the method in lower case", "OPTIONS /v1/items/1", Preflight("put"), no(204)},
         {"every method", "OPTIONS /v1/items/1", Preflight("*"), no(204)},
         {"an unknown path", "OPTIONS /nope", Preflight("GET"), no(404)},
         {"another origin", "OPTIONS /v1/items/1",
          "Origin: https://evil.com|Access-Control-Request-Method: PUT", no(204)},
         {"two origins", "OPTIONS /v1/items/1", Preflight("PUT", absl::StrCat("|", kApp)), no(204)},
         {"a refused one is a request like others", "OPTIONS /v1/items/1",
          Preflight("DELETE", "|X-Denied: 1"), no(401)},
         {"OPTIONS without a method", "OPTIONS /v1/items/1", kApp, absl::StrCat("204 ", kAllowed)},
         {"OPTIONS without an origin", "OPTIONS /v1/items/1", "Access-Control-Request-Method: PUT",
          "204 vary=Origin"}});
}

TEST_P(CorsTest, E4EveryResponseHasTheHeaders) {
  const auto with = [](int status) { return absl::StrCat(status, " ", kAllowed); };
  Check(GetParam(), AppOptions(),
        {{"an RPC", "GET /v1/items/1", kApp, with(200)},
         {"HEAD", "HEAD /v1/items/1", kApp, with(200)},
         {"an error of a backend", "GET /v1/items/none", kApp, with(404)},
         {"a custom handler", "POST /hello", kApp, with(200)},
         {"an array", "GET /v1/items/1:watch", kApp, with(200)},
         {"server-sent events", "GET /v1/items/1:watch",
          absl::StrCat(kApp, "|Accept: text/event-stream"), with(200)},
         {"lines", "GET /v1/items/1:watch", absl::StrCat(kApp, "|Accept: application/x-ndjson"),
          with(200)},
         {"no route", "GET /nope", kApp, with(404)},
         {"another method", "DELETE /v1/items/1", kApp, with(405)},
         {"an invalid query", "GET /v1/items/1?nope=1", kApp, with(400)},
         {"invalid JSON", "PUT /v1/items/1", kApp, with(400), "{"},
         {"another type", "PUT /v1/items/1", absl::StrCat(kApp, "|Content-Type: text/plain"),
          with(415), "x"},
         {"a large body", "PUT /v1/items/1", kApp, with(413), std::string((4 << 20) + 1, 'x')},
         {"no token", "GET /v1/items/1", absl::StrCat(kApp, "|X-Denied: 1"), with(401)},
         {"what a backend sets is replaced", "GET /v1/items/loud", kApp,
          "200 origin=https://app.example.com vary=Cookie, Origin"},
         {"also without an origin", "GET /v1/items/loud", "", "200 vary=Cookie, Origin"}});
}

TEST_P(CorsTest, E3AnyOrigin) {
  CorsOptions cors;
  cors.allow_origin = {"*"};
  cors.expose_headers = {"*"};
  cors.max_age = absl::ZeroDuration();
  cors.allow_headers = {"x-a", "X-Acme-*"};
  const std::string any = "200 origin=* expose=* vary=Origin";
  Check(GetParam(), cors,
        {{"any", "GET /v1/items/1", "Origin: https://evil.com", any},
         {"null", "GET /v1/items/1", "Origin: null", any},
         {"none", "GET /v1/items/1", "", any},
         {"a preflight", "OPTIONS /v1/items/1",
          Preflight("GET",
                    "|Access-Control-Request-Headers: x-acme-b,x-b ,, bad name,x-acme-c|"
                    "Access-Control-Request-Headers: x-acme-d"),
          absl::StrCat("204 origin=* methods=GET, HEAD, OPTIONS, PUT headers=x-a, x-acme-b, "
                       "x-acme-c, x-acme-d age=0 ",
                       kPreflightVary)}});
}

TEST_P(CorsTest, E3CredentialsAndExposedHeaders) {
  CorsOptions cors = AppOptions();
  cors.allow_credentials = true;
  cors.expose_headers = {"x-request-id", "etag"};
  cors.allow_headers = {"*"};
  const std::string origin = "origin=https://app.example.com credentials=true ";
  Check(
      GetParam(), cors,
      {{"a request", "GET /v1/items/1", kApp,
        absl::StrCat("200 ", origin, "expose=x-request-id, etag vary=Origin")},
       {"another origin", "GET /v1/items/1", "Origin: https://evil.com", "200 vary=Origin"},
       {"a preflight names what it asks for", "OPTIONS /v1/items/1",
        Preflight("PUT", "|Access-Control-Request-Headers: authorization,x-b"),
        absl::StrCat("204 ", origin,
                     "methods=GET, HEAD, OPTIONS, PUT headers=authorization, x-b age=600 ",
                     kPreflightVary)},
       {"or nothing", "OPTIONS /v1/items/1", Preflight("PUT"),
        absl::StrCat("204 ", origin, "methods=GET, HEAD, OPTIONS, PUT age=600 ", kPreflightVary)}});
}

TEST_P(CorsTest, E4PrivateNetworksNeedTheOption) {
  const std::string asks = "|Access-Control-Request-Private-Network: true";
  CorsOptions cors = AppOptions();
  Check(GetParam(), cors,
        {{"off", "OPTIONS /hello", Preflight("POST", asks), absl::StrCat("204 ", kPreflightVary)}});
  cors.allow_private_network = true;
  const std::string vary = absl::StrCat(kPreflightVary, ", Access-Control-Request-Private-Network");
  const std::string head =
      "204 origin=https://app.example.com methods=OPTIONS, POST headers=content-type, x-tenant "
      "age=600 ";
  Check(
      GetParam(), cors,
      {{"on", "OPTIONS /hello", Preflight("POST", asks), absl::StrCat(head, "private=true ", vary)},
       {"not asked for", "OPTIONS /hello", Preflight("POST"), absl::StrCat(head, vary)},
       {"another origin", "OPTIONS /hello",
        "Origin: https://evil.com|Access-Control-Request-Method: POST" + asks,
        absl::StrCat("204 ", vary)}});
}

TEST_P(CorsTest, E3HeadersOfTheMappingByDefault) {
  CorsOptions cors;
  cors.allow_origin = {"https://app.example.com"};
  ServerOptions options;
  options.mapping.headers.forward = {"X-Tenant"};
  options.mapping.request.method_override = MethodOverride::kPosts;
  Check(GetParam(), cors,
        {{"a preflight", "OPTIONS /hello",
          Preflight("POST", "|Access-Control-Request-Headers: grpc-metadata-x,x-other"),
          absl::StrCat(
              "204 origin=https://app.example.com methods=OPTIONS, POST headers=accept, "
              "accept-language, authorization, baggage, content-encoding, content-type, "
              "grpc-timeout, idempotency-key, if-match, if-none-match, last-event-id, traceparent, "
              "tracestate, x-http-method-override, x-request-id, x-server-timeout, x-tenant, "
              "grpc-metadata-x age=600 ",
              kPreflightVary)}},
        options);
}

// ---- bodies that the library cannot read

TEST(CorsOfHttplib, E4Multipart) {
  Check(FrontEnd::kHttplib, AppOptions(),
        {{"a form", "POST /hello",
          absl::StrCat(kApp, "|Content-Type: multipart/form-data; boundary=x"),
          absl::StrCat("415 ", kAllowed), "--x--"}});
}

// ---- responses that no handler makes

TEST(CorsOfTheFrontEnd, E4MalformedRequests) {
  std::string lines = kApp;
  for (int i = 0; i < 120; ++i) lines += "|X-A: b";
  const std::string large = "X-A: " + std::string(40000, 'x');
  const auto with = [](int status) { return absl::StrCat(status, " ", kAllowed); };
  Check(
      FrontEnd::kOwn, AppOptions(),
      {{"too many lines", "GET /v1/items/1", lines, with(431)},
       {"a large head", "GET /v1/items/1", absl::StrCat(kApp, "|", large), with(431)},
       {"a large head of another origin", "GET /v1/items/1",
        absl::StrCat("Origin: https://evil.com|", large), "431 vary=Origin"},
       {"a long target", "GET /" + std::string(9000, 'x'), kApp, with(414)},
       {"a malformed line", "GET /", absl::StrCat(kApp, "|no colon"), with(400)},
       {"two hosts", "GET /", absl::StrCat(kApp, "|Host: x"), with(400)},
       {"a control byte in an origin", "GET /", "Origin: https://app.example.com\x01",
        "400 vary=Origin"},
       {"two origins", "GET /", absl::StrCat(kApp, "|", kApp, "|no colon"), "400 vary=Origin"},
       {"a space before the colon", "GET /", "Origin : https://app.example.com", "400 vary=Origin"},
       {"a longer name", "GET /", "Origin-X: https://app.example.com|no colon", "400 vary=Origin"},
       {"an unknown coding", "PUT /v1/items/1", absl::StrCat(kApp, "|Transfer-Encoding: br"),
        with(501)}});
  CorsOptions any;
  any.allow_origin = {"*"};
  Check(FrontEnd::kOwn, any, {{"any origin", "GET /", "no colon", "400 origin=* vary=Origin"}});
  Check(FrontEnd::kOwn, CorsOptions(), {{"off", "GET /", absl::StrCat(kApp, "|no colon"), "400"}});
}

// The library drops empty fields.
TEST(CorsOfTheFrontEnd, E4AnEmptyMethod) {
  Check(FrontEnd::kOwn, AppOptions(),
        {{"an empty method", "OPTIONS /v1/items/1", Preflight(""),
          absl::StrCat("204 ", kPreflightVary)}});
}

TEST(CorsOfTheFrontEnd, E4Overload) {
  ServerOptions options;
  options.connections.max_requests = 0;
  Check(FrontEnd::kOwn, AppOptions(),
        {{"too many requests", "GET /v1/items/1", kApp, absl::StrCat("503 ", kAllowed)}}, options);
  options.connections.max_requests = 10;
  options.max_buffered = 100;
  Check(FrontEnd::kOwn, AppOptions(),
        {{"too little memory", "PUT /v1/items/1", kApp, absl::StrCat("503 ", kAllowed),
          "{\"name\":\"" + std::string(1000, 'x') + "\"}"}},
        options);
}

// ---- options

TEST(CorsOptionsTest, E3SayWhatIsWrong) {
  const auto with = [](auto change) {
    CorsOptions options;
    options.allow_origin = {"https://a.com"};
    change(options);
    return options;
  };
  const struct {
    CorsOptions options;
    std::string message;
  } kRows[] = {
      {with([](CorsOptions& o) { o.allow_origin = {"https://a.com/x"}; }),
       "allow_origin: \"https://a.com/x\": remove \"/x\"; an origin ends after the host and the "
       "port"},
      {with([](CorsOptions& o) { o.allow_origin = {"*"}, o.allow_credentials = true; }),
       "allow_origin: \"*\": not with allow_credentials, since any page can have it; list the "
       "origins"},
      {with([](CorsOptions& o) { o.allow_origin = {"null"}, o.allow_credentials = true; }),
       "allow_origin: \"null\": not with allow_credentials, since any page can have it; list the "
       "origins"},
      {with([](CorsOptions& o) {
         o.allow_origin = {"*", "https://a.com"};
       }),
       "allow_origin: \"*\": allows all origins; remove it or the others"},
      {with([](CorsOptions& o) {
         o.allow_headers = {"a,b", "x-*", "*", "x-*-y"};
       }),
       "allow_headers: \"a,b\": not the name of a header; write one name per value, such as "
       "x-tenant\nallow_headers: \"x-*-y\": not the name of a header; write one name per value, "
       "such as x-tenant"},
      {with([](CorsOptions& o) { o.expose_headers = {"x-*"}; }),
       "expose_headers: \"x-*\": not the name of a header; write one name per value, such as "
       "x-tenant"},
      {with([](CorsOptions& o) { o.expose_headers = {"*"}, o.allow_credentials = true; }),
       "expose_headers: \"*\": with allow_credentials it does not mean all headers; list the "
       "headers"},
      {with([](CorsOptions& o) { o.max_age = absl::Milliseconds(1500); }),
       "max_age: 1.5s: not whole seconds, from 0s to a year; write a time such as 600s"},
      {with([](CorsOptions& o) { o.max_age = absl::Seconds(-1); }),
       "max_age: -1s: not whole seconds, from 0s to a year; write a time such as 600s"},
      {with([](CorsOptions& o) { o.max_age = absl::InfiniteDuration(); }),
       "max_age: inf: not whole seconds, from 0s to a year; write a time such as 600s"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(CheckCorsOptions(row.options).message(), row.message);
    EXPECT_EQ(Server(ServerOptions()).UseCors(row.options).message(), row.message);
  }
  EXPECT_EQ(CorsPolicy::Make(CorsOptions()).status().message(),
            "allow_origin: no origin; list the origins that may call the API, or \"*\"");
}

// Without a Server: the program supplies the methods.
TEST(CorsMiddlewareTest, E4WorksAlone) {
  const auto policy = CorsPolicy::Make(AppOptions());
  ASSERT_TRUE(policy.ok()) << policy.status();
  const Handler handler =
      Chain({CorsMiddleware(*policy, [](absl::string_view) { return "GET, POST"; })},
            [](Request& request) {
              request = Request();  // as a handler may do
              return Reply::Text(200, "x");
            });
  Request request;
  request.http = {"GET", "/", "", {{"Origin", "https://app.example.com"}}, ""};
  EXPECT_EQ(Dump(handler(request).http), absl::StrCat("200 ", kAllowed));
  request.http = {
      "OPTIONS",
      "/",
      "",
      {{"Origin", "https://app.example.com"}, {"access-control-request-method", "POST"}},
      ""};
  EXPECT_EQ(Dump(handler(request).http),
            absl::StrCat("204 origin=https://app.example.com methods=GET, POST "
                         "headers=content-type, x-tenant age=600 ",
                         kPreflightVary));
}

}  // namespace
}  // namespace trestle
