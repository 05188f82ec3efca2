// The gateway over a backend that is a function: what a request becomes, and what is
// made of its response.

#include "trestle/server/gateway/gateway.h"

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "tests/server/gateway/shop.pb.h"
#include "trestle/server/backend.h"
#include "trestle/server/concurrency/clock.h"
#include "trestle/server/routing/route.h"
#include "trestle/server/routing/router.h"
#include "trestle/transcoding/error.h"
#include "trestle/transcoding/http_rule.h"

namespace trestle {
namespace {

using test::shop::Item;

// The response of the fake to every call, and the last request.
struct Script {
  absl::Status status;
  std::vector<std::string> messages;
  Metadata initial;
  Metadata trailing;

  std::string called;  // "method bytes"
  Metadata metadata;
  absl::Time deadline;
  int reads = 0;
  bool cancelled = false;
};

class FakeStream final : public BackendStream {
 public:
  FakeStream(Script* script, CallContext* context) : script_(script), context_(context) {}
  ~FakeStream() override { script_->cancelled |= !finished_; }

  bool Write(std::string message) override {
    absl::StrAppend(&script_->called, " ", message);
    return true;
  }
  void WritesDone() override {}
  Got Read(absl::Time, WireBytes* message) override {
    context_->initial = script_->initial;
    if (next_ == script_->messages.size()) return Got::kEnd;
    ++script_->reads;
    *message = WireBytes(script_->messages[next_++]);
    return Got::kMessage;
  }
  absl::Status Finish() override {
    finished_ = true;
    context_->trailing = script_->trailing;
    return script_->status;
  }
  void Cancel() override { script_->cancelled = true; }

 private:
  Script* const script_;
  CallContext* const context_;
  size_t next_ = 0;
  bool finished_ = false;
};

class FakeBackend final : public Backend {
 public:
  explicit FakeBackend(Script* script) : script_(script) {}

  absl::Status Unary(absl::string_view method, CallContext& context, std::string request,
                     WireBytes* response) override {
    Record(method, context);
    absl::StrAppend(&script_->called, " ", request);
    context.initial = script_->initial;
    context.trailing = script_->trailing;
    if (!script_->messages.empty()) *response = WireBytes(script_->messages[0]);
    return script_->status;
  }
  absl::StatusOr<std::unique_ptr<BackendStream>> Stream(absl::string_view method,
                                                        CallContext& context) override {
    Record(method, context);
    return std::make_unique<FakeStream>(script_, &context);
  }

 private:
  void Record(absl::string_view method, const CallContext& context) {
    script_->called = std::string(method);
    script_->metadata = context.metadata;
    script_->deadline = context.deadline;
  }

  Script* const script_;
};

class GatewayTest : public testing::Test {
 protected:
  GatewayTest() {
    AddService(*Item::descriptor()->file()->FindServiceByName("Shop"));
    AddService(*Item::descriptor()->file()->FindServiceByName("Audit"));
  }

  void AddService(const google::protobuf::ServiceDescriptor& service) {
    for (int i = 0; i < service.method_count(); ++i) {
      const auto& rpc = *service.method(i);
      const std::vector<Rule> rules = RulesOf(rpc).value();
      for (const Rule& rule : rules) {
        const ServiceRoute route{absl::StrCat("/", service.full_name(), "/", rpc.name()),
                                 rpc.client_streaming(),
                                 rpc.server_streaming(),
                                 rpc.input_type(),
                                 rpc.output_type(),
                                 rule};
        routes_.push_back(ResolveRoute(route, SchemaPool::Generated()).value());
        routes_.back().backend = &backend_;
        ASSERT_TRUE(router_.Add(&routes_.back()).ok());
      }
    }
  }

  // What the gateway does with other options from now on.
  void Choose(const Options& options) {
    chosen_options_ = options;
    const ErrorEncoder errors(&SchemaPool::Generated(), &chosen_options_);
    chosen_ = std::make_unique<Gateway>(&router_, errors, options);
  }

  Reply Handle(const std::string& method, const std::string& target, HttpFields headers = {},
               std::string body = "") {
    const size_t question = target.find('?');
    Request request;
    request.http.method = method;
    request.http.path = target.substr(0, question);
    if (question != std::string::npos) request.http.query = target.substr(question + 1);
    request.http.headers = std::move(headers);
    request.http.body = std::move(body);
    return (chosen_ != nullptr ? *chosen_ : gateway_).Handle(request);
  }

  // The whole body of a reply, with its trailers behind it.
  static std::string BodyOf(Reply& reply) {
    if (!reply.next) return reply.http.body;
    std::string body;
    HttpFields trailers;
    Reply::Piece piece;
    while ((piece = reply.next(&body, &trailers)) == Reply::Piece::kMore) {
    }
    if (piece == Reply::Piece::kBroken) body += "(broken)";
    for (const HttpField& field : trailers) {
      absl::StrAppend(&body, "|", field.name, "=", field.value);
    }
    return body;
  }

  // "200 body".
  std::string Ask(const std::string& method, const std::string& target, HttpFields headers = {},
                  std::string body = "") {
    Reply reply = Handle(method, target, std::move(headers), std::move(body));
    return absl::StrCat(reply.http.status, " ", BodyOf(reply));
  }

  static std::string HeaderOf(const Reply& reply, absl::string_view name) {
    const std::string* value = FindField(reply.http.headers, name);
    return value == nullptr ? "(none)" : *value;
  }

  static std::string ItemBytes(const std::string& name, int pages = 0) {
    Item item;
    item.set_name(name);
    item.set_pages(pages);
    return item.SerializeAsString();
  }

  Options options_;
  Script script_;
  FakeBackend backend_{&script_};
  std::deque<Route> routes_;
  Router router_;
  Gateway gateway_{&router_, {&SchemaPool::Generated(), &options_}, options_};
  Options chosen_options_;
  std::unique_ptr<Gateway> chosen_;
};

TEST_F(GatewayTest, ARequestBecomesACall) {
  script_.messages = {ItemBytes("items/1", 7)};
  EXPECT_EQ(Ask("GET", "/v1/items/1?version=3"), "200 {\"name\":\"items/1\",\"pages\":7}");
  test::shop::GetItemRequest get;
  get.set_name("items/1");
  get.set_version(3);
  test::shop::GetItemRequest sent;
  const std::string method = "/trestle.test.shop.Shop/GetItem ";
  ASSERT_TRUE(absl::StartsWith(script_.called, method));
  ASSERT_TRUE(sent.ParseFromString(script_.called.substr(method.size())));
  EXPECT_EQ(sent.SerializeAsString(), get.SerializeAsString());
}

TEST_F(GatewayTest, ABodyBecomesAField) {
  script_.messages = {""};
  EXPECT_EQ(Ask("PUT", "/v1/items/1", {}, "{\"pages\":5,\"tags\":[\"a\"]}"), "200 {}");
  const std::string method = "/trestle.test.shop.Shop/PutItem ";
  ASSERT_TRUE(absl::StartsWith(script_.called, method)) << script_.called;
  test::shop::PutItemRequest sent;
  ASSERT_TRUE(sent.ParseFromString(script_.called.substr(method.size())));
  EXPECT_EQ(sent.name(), "items/1");
  EXPECT_EQ(sent.item().pages(), 5);
  EXPECT_EQ(sent.item().tags(0), "a");
}

TEST_F(GatewayTest, D3UnroutedRequests) {
  const struct {
    const char* method;
    const char* target;
    int status;
    const char* allow;
  } kRows[] = {
      {"GET", "/nope", 404, "(none)"},
      {"GET", "/v1/items/1/", 404, "(none)"},
      {"OPTIONS", "/nope", 404, "(none)"},
      {"DELETE", "/v1/items/1", 405, "GET, HEAD, OPTIONS, PUT"},
      {"POST", "/v1/events/1", 405, "GET, HEAD, OPTIONS"},
      {"OPTIONS", "/v1/items/1", 204, "GET, HEAD, OPTIONS, PUT"},
      {"OPTIONS", "*", 204, "(none)"},
      {"TRACE", "/v1/items/1", 405, "GET, HEAD, OPTIONS, PUT"},
      {"TRACE", "/nope", 404, "(none)"},
  };
  for (const auto& row : kRows) {
    Reply reply = Handle(row.method, row.target);
    EXPECT_EQ(reply.http.status, row.status) << row.method << " " << row.target;
    EXPECT_EQ(HeaderOf(reply, "Allow"), row.allow) << row.method << " " << row.target;
    EXPECT_EQ(reply.http.body.empty(), row.status == 204) << row.method << " " << row.target;
    EXPECT_EQ(script_.called, "");
  }
}

TEST_F(GatewayTest, D3HeadIsGetsRoute) {
  script_.messages = {ItemBytes("items/1")};
  EXPECT_EQ(Ask("HEAD", "/v1/items/1"), "200 {\"name\":\"items/1\"}");
}

TEST_F(GatewayTest, R80ErrorsHaveOneShape) {
  const struct {
    const char* what;
    const char* method;
    const char* target;
    HttpFields headers;
    const char* body;
    const char* response;
  } kRows[] = {
      {"no route",
       "GET",
       "/a\"b",
       {},
       "",
       "404 {\"error\":{\"code\":404,\"message\":\"no route for \\\"/a\\\\\\\"b\\\"\","
       "\"status\":\"NOT_FOUND\",\"details\":[]}}"},
      {"no method",
       "POST",
       "/v1/events/1",
       {},
       "",
       "405 {\"error\":{\"code\":405,\"message\":\"POST is not allowed for \\\"/v1/events/1\\\", "
       "only GET, HEAD, OPTIONS\",\"status\":\"UNIMPLEMENTED\",\"details\":[]}}"},
      {"a bad parameter",
       "GET",
       "/v1/items/1?version=x",
       {},
       "",
       "400 {\"error\":{\"code\":400,\"message\":\"query parameter \\\"version\\\": \\\"x\\\" is "
       "not an int32\",\"status\":\"INVALID_ARGUMENT\",\"details\":[{\"@type\":"
       "\"type.googleapis.com/google.rpc.BadRequest\",\"fieldViolations\":[{\"field\":\"version\","
       "\"description\":\"\\\"x\\\" is not an int32\"}]}]}}"},
      {"a bad deadline",
       "GET",
       "/v1/items/1",
       {{"Grpc-Timeout", "soon"}},
       "",
       "400 {\"error\":{\"code\":400,\"message\":\"header Grpc-Timeout: \\\"soon\\\" is not a "
       "timeout: expected 1 to 8 digits and one of H, M, S, m, u and n, such as "
       "\\\"500m\\\"\",\"status\":\"INVALID_ARGUMENT\",\"details\":[]}}"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(Ask(row.method, row.target, row.headers, row.body), row.response) << row.what;
    EXPECT_EQ(script_.called, "") << row.what;
  }
}

TEST_F(GatewayTest, R84StatusesOfTheBackend) {
  const struct {
    absl::Status status;
    int http;
  } kRows[] = {
      {absl::CancelledError("x"), 499},
      {absl::UnknownError("x"), 500},
      {absl::InvalidArgumentError("x"), 400},
      {absl::DeadlineExceededError("x"), 504},
      {absl::NotFoundError("x"), 404},
      {absl::AlreadyExistsError("x"), 409},
      {absl::PermissionDeniedError("x"), 403},
      {absl::UnauthenticatedError("x"), 401},
      {absl::ResourceExhaustedError("x"), 429},
      {absl::FailedPreconditionError("x"), 400},
      {absl::AbortedError("x"), 409},
      {absl::OutOfRangeError("x"), 400},
      {absl::UnimplementedError("x"), 501},
      {absl::InternalError("x"), 500},
      {absl::UnavailableError("x"), 503},
      {absl::DataLossError("x"), 500},
      {HttpError(502, "x"), 502},
  };
  for (const auto& row : kRows) {
    script_.status = row.status;
    Reply reply = Handle("GET", "/v1/items/1");
    EXPECT_EQ(reply.http.status, row.http) << row.status;
    EXPECT_TRUE(absl::StartsWith(
        reply.http.body, absl::StrCat("{\"error\":{\"code\":", row.http, ",\"message\":\"x\"")))
        << reply.http.body;
    EXPECT_EQ(HeaderOf(reply, "Content-Type"), "application/json");
    EXPECT_EQ(HeaderOf(reply, "WWW-Authenticate") != "(none)", row.http == 401);
  }
}

TEST_F(GatewayTest, R85R86DetailsReachTheClient) {
  google::rpc::Status details;
  details.set_code(8);
  details.set_message("slow down");
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(3);
  details.add_details()->PackFrom(retry);
  script_.status = absl::ResourceExhaustedError("slow down");
  script_.status.SetPayload(kStatusDetailsUrl, absl::Cord(details.SerializeAsString()));
  Reply reply = Handle("GET", "/v1/items/1");
  EXPECT_EQ(HeaderOf(reply, "Retry-After"), "3");
  EXPECT_TRUE(absl::EndsWith(reply.http.body,
                             "\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\","
                             "\"retryDelay\":\"3s\"}]}}"))
      << reply.http.body;
}

// RFC 9110 15.6.3
TEST_F(GatewayTest, R84AResponseThatIsNotAValidMessageIs502) {
  const struct {
    std::string message;
    const char* why;
  } kRows[] = {
      {"\xff\xff", "malformed protobuf wire format"},
      {ItemBytes("abc").substr(0, 3), "malformed protobuf wire format"},
      {ItemBytes("a\xff"), "the string \\\"name\\\" is not UTF-8"},
  };
  for (const auto& row : kRows) {
    const std::string error = absl::StrCat(
        "{\"error\":{\"code\":502,\"message\":\"the backend's response is not a valid ",
        Item::descriptor()->full_name(), ": ", row.why,
        "\",\"status\":\"INTERNAL\",\"details\":[]}}");
    script_.messages = {row.message};
    EXPECT_EQ(Ask("GET", "/v1/items/1"), absl::StrCat("502 ", error)) << row.why;
    EXPECT_EQ(Ask("GET", "/v1/items/1:watch"), absl::StrCat("502 ", error)) << row.why;
    script_.messages = {ItemBytes("a"), row.message, ItemBytes("c")};
    EXPECT_EQ(Ask("GET", "/v1/items/1:watch"), absl::StrCat("200 [{\"name\":\"a\"},", error, "]"))
        << row.why;
    EXPECT_TRUE(script_.cancelled);
  }
}

TEST_F(GatewayTest, D11AResponseAboveTheLimitIs502) {
  script_.messages = {ItemBytes(std::string(options_.limits.response_body, 'x'))};
  EXPECT_TRUE(absl::StartsWith(Ask("GET", "/v1/items/1"), "502 {\"error\":{\"code\":502,"));
}

TEST_F(GatewayTest, D11AMessageOfAStreamBeyondTheLimitEndsIt) {
  script_.messages = {ItemBytes("a"), ItemBytes(std::string(options_.limits.response_body, 'x')),
                      ItemBytes("c")};
  EXPECT_EQ(Ask("GET", "/v1/items/1:watch"),
            "200 [{\"name\":\"a\"},{\"error\":{\"code\":502,\"message\":\"the backend's response "
            "is too large: 4194309 bytes, and at most 4194304 are allowed (--max_response_body)\","
            "\"status\":\"INTERNAL\",\"details\":[]}}]");
  EXPECT_TRUE(script_.cancelled);
}

// S2: there is still a status to say it with.
TEST_F(GatewayTest, D11AFirstMessageOfAStreamBeyondTheLimitIs502) {
  script_.messages = {ItemBytes(std::string(options_.limits.response_body, 'x')), ItemBytes("b")};
  EXPECT_TRUE(absl::StartsWith(Ask("GET", "/v1/items/1:watch"), "502 {\"error\":{\"code\":502,"));
  EXPECT_TRUE(script_.cancelled);
}

TEST_F(GatewayTest, H1H3MetadataBothWays) {
  script_.messages = {""};
  script_.initial = {{"etag", "\"e\""}, {"grpc-x", "1"}};
  script_.trailing = {{"x-cost", "9"}};
  Reply reply = Handle("GET", "/v1/items/1", {{"Authorization", "Bearer t"}, {"Cookie", "c"}});
  EXPECT_EQ(script_.metadata, (Metadata{{"authorization", "Bearer t"}}));
  EXPECT_EQ(HeaderOf(reply, "etag"), "\"e\"");
  EXPECT_EQ(HeaderOf(reply, "grpc-x"), "(none)");
  EXPECT_EQ(HeaderOf(reply, "x-cost"), "9");
  EXPECT_TRUE(reply.http.trailers.empty());

  reply = Handle("GET", "/v1/items/1", {{"TE", "trailers"}});
  EXPECT_EQ(HeaderOf(reply, "x-cost"), "(none)");
  ASSERT_EQ(reply.http.trailers.size(), 1);
  EXPECT_EQ(reply.http.trailers[0].name, "x-cost");
}

TEST_F(GatewayTest, H3MetadataOfErrorsReachTheClientToo) {
  script_.status = absl::NotFoundError("x");
  script_.trailing = {{"x-cost", "9"}};
  EXPECT_EQ(HeaderOf(Handle("GET", "/v1/items/1"), "x-cost"), "9");
}

// A unary response, a stream, and a stream that fails before its first message; with trailers or
// without.
TEST_F(GatewayTest, H3EveryKindOfResponseHasEachFieldOnce) {
  script_.initial = {{"etag", "1"}, {"content-type", "x"}, {"date", "x"}, {"retry-after", "3"}};
  script_.trailing = {{"etag", "2"}, {"retry-after", "4"}, {"www-authenticate", "Basic"}};
  for (const char* target : {"/v1/items/1", "/v1/items/1:watch"}) {
    for (const bool fails : {false, true}) {
      for (const HttpFields& headers : {HttpFields(), HttpFields{{"TE", "trailers"}}}) {
        script_.status = fails ? absl::UnauthenticatedError("x") : absl::OkStatus();
        script_.messages.clear();
        if (!fails) script_.messages.push_back(ItemBytes("a"));
        const Reply reply = Handle("GET", target, headers);
        for (const char* name : {"etag", "retry-after", "content-type"}) {
          const auto is_same = [&](const HttpField& field) {
            return absl::EqualsIgnoreCase(field.name, name);
          };
          EXPECT_EQ(absl::c_count_if(reply.http.headers, is_same), 1) << name << ", " << target;
          EXPECT_EQ(absl::c_count_if(reply.http.trailers, is_same), 0) << name << ", " << target;
        }
        EXPECT_EQ(HeaderOf(reply, "etag"), "1");
        EXPECT_EQ(HeaderOf(reply, "content-type"), "application/json");
        if (fails) EXPECT_EQ(HeaderOf(reply, "www-authenticate"), "Basic");
      }
    }
  }
}

TEST_F(GatewayTest, H4ASuccessMayHaveAnotherStatus) {
  script_.messages = {""};
  script_.initial = {{"x-http-code", "201"}};
  Reply reply = Handle("GET", "/v1/items/1");
  EXPECT_EQ(reply.http.status, 201);
  EXPECT_EQ(HeaderOf(reply, "x-http-code"), "(none)");
  script_.status = absl::NotFoundError("x");  // not a failure
  EXPECT_EQ(Handle("GET", "/v1/items/1").http.status, 404);
}

TEST_F(GatewayTest, H5Deadlines) {
  const absl::Time before = MonotonicNow();
  Ask("GET", "/v1/items/1");
  EXPECT_GE(script_.deadline, before + absl::Seconds(30));
  EXPECT_LE(script_.deadline, MonotonicNow() + absl::Seconds(30));
  Ask("GET", "/v1/items/1", {{"Grpc-Timeout", "1H"}});
  EXPECT_GE(script_.deadline, before + absl::Hours(1));
  Ask("GET", "/v1/items/1:watch");
  EXPECT_EQ(script_.deadline, absl::InfiniteFuture());
  Ask("GET", "/v1/items/1:watch", {{"Grpc-Timeout", "1H"}});
  EXPECT_LT(script_.deadline, absl::InfiniteFuture());
}

TEST_F(GatewayTest, StreamsAreArrays) {
  const struct {
    const char* rule;
    std::vector<std::string> messages;
    absl::Status status;
    const char* response;
  } kRows[] = {
      {"S1: nothing", {}, absl::OkStatus(), "200 []"},
      {"S1: one", {ItemBytes("a")}, absl::OkStatus(), "200 [{\"name\":\"a\"}]"},
      {"S1: three",
       {ItemBytes("a"), "", ItemBytes("c", 1)},
       absl::OkStatus(),
       "200 [{\"name\":\"a\"},{},{\"name\":\"c\",\"pages\":1}]"},
      {"S2: an error first",
       {},
       absl::NotFoundError("x"),
       "404 {\"error\":{\"code\":404,\"message\":\"x\",\"status\":\"NOT_FOUND\",\"details\":[]}}"},
      {"S3: an error later",
       {ItemBytes("a")},
       absl::DataLossError("x"),
       "200 [{\"name\":\"a\"},{\"error\":{\"code\":500,\"message\":\"x\",\"status\":\"DATA_LOSS\","
       "\"details\":[]}}]"},
  };
  for (const auto& row : kRows) {
    script_.messages = row.messages;
    script_.status = row.status;
    EXPECT_EQ(Ask("GET", "/v1/items/1:watch"), row.response) << row.rule;
    EXPECT_FALSE(script_.cancelled) << row.rule;
  }
}

TEST_F(GatewayTest, S3TheStatusIsInTheTrailersOfWhoTakesThem) {
  script_.messages = {ItemBytes("a")};
  script_.trailing = {{"x-cost", "9"}};
  EXPECT_EQ(Ask("GET", "/v1/items/1:watch", {{"TE", "trailers"}}),
            "200 [{\"name\":\"a\"}]|grpc-status=0|x-cost=9");
  script_.status = absl::DataLossError("x");
  EXPECT_TRUE(absl::EndsWith(Ask("GET", "/v1/items/1:watch", {{"TE", "trailers"}}),
                             "}]|grpc-status=15|x-cost=9"));
}

TEST_F(GatewayTest, S4S5AStreamIsReadAsItIsTakenAndCancelledWhenDropped) {
  script_.messages.assign(100, ItemBytes(std::string(20000, 'a')));
  {
    Reply reply = Handle("GET", "/v1/items/1:watch");
    EXPECT_EQ(script_.reads, 1);  // the first, for the head
    std::string chunk;
    HttpFields trailers;
    reply.next(&chunk, &trailers);
    EXPECT_EQ(script_.reads, 2);  // as many as fill a piece
    reply.next(&chunk, &trailers);
    EXPECT_EQ(script_.reads, 4);
    EXPECT_FALSE(script_.cancelled);
  }
  EXPECT_TRUE(script_.cancelled);
}

TEST_F(GatewayTest, R47RawStreamsAreConcatenated) {
  google::api::HttpBody first, second;
  first.set_content_type("image/png");
  first.set_data("ab");
  second.set_data("cd");
  script_.messages = {first.SerializeAsString(), second.SerializeAsString()};
  Reply reply = Handle("GET", "/v1/items/1:download");
  EXPECT_EQ(HeaderOf(reply, "Content-Type"), "image/png");
  EXPECT_EQ(BodyOf(reply), "abcd");
  script_.status = absl::DataLossError("x");  // there is no place to say so
  EXPECT_EQ(Ask("GET", "/v1/items/1:download"), "200 abcd(broken)");
}

// What a stream of "a" and "b" is, and one that ends in an error after "a", and an error
// alone.
TEST_F(GatewayTest, StreamsHaveManyShapes) {
  constexpr auto kArray = StreamShape::kArray;
  constexpr auto kLines = StreamShape::kLines;
  constexpr auto kResults = StreamShape::kResultLines;
  const char* const kArrayText = R"([{"name":"a"},{"name":"b"}])";
  const char* const kLinesText = "{\"name\":\"a\"}\n{\"name\":\"b\"}\n";
  const char* const kResultsText = "{\"result\":{\"name\":\"a\"}}\n{\"result\":{\"name\":\"b\"}}\n";
  const char* const kEventsText = "data: {\"name\":\"a\"}\n\ndata: {\"name\":\"b\"}\n\n";
  const struct {
    const char* what;
    StreamShape shape;
    std::vector<std::string> accept;
    const char* type;
    const char* body;
  } kRows[] = {
      {"as chosen", kArray, {}, "application/json", kArrayText},
      {"as chosen", kLines, {}, "application/x-ndjson", kLinesText},
      {"as chosen", kResults, {}, "application/json", kResultsText},
      {"anything is as chosen", kLines, {"*/*"}, "application/x-ndjson", kLinesText},
      {"anything of that kind, too", kResults, {"application/*"}, "application/json", kResultsText},
      {"what there is not is as chosen", kArray, {"image/png"}, "application/json", kArrayText},
      {"a browser's", kArray, {"text/html,*/*;q=0.8"}, "application/json", kArrayText},
      {"JSON of results", kResults, {"application/json"}, "application/json", kResultsText},
      {"JSON of lines", kLines, {"application/json"}, "application/json", kArrayText},
      {"lines", kArray, {"application/x-ndjson"}, "application/x-ndjson", kLinesText},
      {"lines of results", kResults, {"application/x-ndjson"}, "application/x-ndjson", kLinesText},
      {"in any case", kArray, {"Application/X-NDJSON"}, "application/x-ndjson", kLinesText},
      {"events", kArray, {"text/event-stream"}, "text/event-stream", kEventsText},
      {"events of results", kResults, {"text/event-stream"}, "text/event-stream", kEventsText},
      {"text is events", kArray, {"text/*"}, "text/event-stream", kEventsText},
      {"the best",
       kArray,
       {"application/json;q=0.5, text/event-stream;q=0.6"},
       "text/event-stream",
       kEventsText},
      {"in two headers",
       kArray,
       {"application/json;q=0.5", "application/x-ndjson"},
       "application/x-ndjson",
       kLinesText},
      {"of equals the chosen",
       kArray,
       {"application/x-ndjson, application/json"},
       "application/json",
       kArrayText},
      {"anything but JSON",
       kArray,
       {"application/json;q=0, */*"},
       "application/x-ndjson",
       kLinesText},
  };
  script_.messages = {ItemBytes("a"), ItemBytes("b")};
  for (const auto& row : kRows) {
    Options options;
    options.response.stream_shape = row.shape;
    Choose(options);
    HttpFields headers;
    for (const std::string& accept : row.accept) headers.push_back({"Accept", accept});
    Reply reply = Handle("GET", "/v1/items/1:watch", headers);
    EXPECT_EQ(HeaderOf(reply, "Content-Type"), row.type) << row.what;
    EXPECT_EQ(BodyOf(reply), row.body) << row.what;
  }
}

TEST_F(GatewayTest, S2S3ErrorsInStreamsOfEveryShape) {
  constexpr char kOurs[] =
      R"({"error":{"code":500,"message":"x","status":"DATA_LOSS","details":[]}})";
  constexpr char kTheirs[] = R"({"error":{"code":15,"message":"x"}})";
  constexpr char kPlain[] = R"({"code":15,"message":"x"})";
  const struct {
    StreamShape shape;
    ErrorShape error_shape;
    const char* accept;
    std::string later;  // after a message
    std::string first;
  } kRows[] = {
      {StreamShape::kArray, ErrorShape::kError, "", absl::StrCat("[{\"name\":\"a\"},", kOurs, "]"),
       kOurs},
      {StreamShape::kArray, ErrorShape::kStatus, "",
       absl::StrCat("[{\"name\":\"a\"},", kTheirs, "]"), kPlain},
      {StreamShape::kLines, ErrorShape::kError, "", absl::StrCat("{\"name\":\"a\"}\n", kOurs, "\n"),
       kOurs},
      {StreamShape::kLines, ErrorShape::kStatus, "",
       absl::StrCat("{\"name\":\"a\"}\n", kTheirs, "\n"), kPlain},
      {StreamShape::kResultLines, ErrorShape::kError, "",
       absl::StrCat("{\"result\":{\"name\":\"a\"}}\n", kOurs, "\n"), absl::StrCat(kOurs, "\n")},
      {StreamShape::kResultLines, ErrorShape::kStatus, "",
       absl::StrCat("{\"result\":{\"name\":\"a\"}}\n", kTheirs, "\n"), absl::StrCat(kTheirs, "\n")},
      {StreamShape::kArray, ErrorShape::kError, "text/event-stream",
       absl::StrCat("data: {\"name\":\"a\"}\n\nevent: error\ndata: ", kOurs, "\n\n"), kOurs},
  };
  for (const auto& row : kRows) {
    Options options;
    options.response.stream_shape = row.shape;
    options.response.error_shape = row.error_shape;
    Choose(options);
    HttpFields headers;
    if (*row.accept != '\0') headers.push_back({"Accept", row.accept});
    script_.status = absl::DataLossError("x");
    script_.messages = {ItemBytes("a")};
    EXPECT_EQ(Ask("GET", "/v1/items/1:watch", headers), absl::StrCat("200 ", row.later));
    script_.messages = {};
    Reply reply = Handle("GET", "/v1/items/1:watch", headers);
    EXPECT_EQ(reply.http.status, 500);
    EXPECT_EQ(HeaderOf(reply, "Content-Type"), "application/json");
    EXPECT_EQ(BodyOf(reply), row.first);
  }
}

TEST_F(GatewayTest, S1AnEmptyStreamOfEveryShape) {
  const struct {
    const char* accept;
    const char* response;
  } kRows[] = {{"application/json", "200 []"},
               {"application/x-ndjson", "200 "},
               {"text/event-stream", "200 "}};
  for (const auto& row : kRows) {
    EXPECT_EQ(Ask("GET", "/v1/items/1:watch", {{"Accept", row.accept}}), row.response);
  }
  script_.trailing = {{"x-cost", "9"}};
  Reply reply = Handle("GET", "/v1/items/1:watch", {{"TE", "trailers"}});
  ASSERT_EQ(reply.http.trailers.size(), 2);
  EXPECT_EQ(reply.http.trailers[0].name, "grpc-status");
  EXPECT_EQ(reply.http.trailers[1].value, "9");
}

TEST_F(GatewayTest, H3AStreamsFirstErrorHasItsMetadata) {
  script_.status = absl::NotFoundError("x");
  script_.initial = {{"x-a", "1"}};
  script_.trailing = {{"x-cost", "9"}};
  Reply reply = Handle("GET", "/v1/items/1:watch");
  EXPECT_EQ(HeaderOf(reply, "x-a"), "1");
  EXPECT_EQ(HeaderOf(reply, "x-cost"), "9");
  reply = Handle("GET", "/v1/items/1:watch", {{"TE", "trailers"}});
  EXPECT_EQ(HeaderOf(reply, "x-cost"), "(none)");
  ASSERT_EQ(reply.http.trailers.size(), 1);
}

TEST_F(GatewayTest, H3PrefixesOfMetadata) {
  Options options;
  options.headers.response_prefix = "Grpc-Metadata-";
  options.headers.trailer_prefix = "Grpc-Trailer-";
  Choose(options);
  script_.messages = {""};
  script_.initial = {{"x-a", "1"}};
  script_.trailing = {{"x-cost", "9"}};
  Reply reply = Handle("GET", "/v1/items/1");
  EXPECT_EQ(HeaderOf(reply, "Grpc-Metadata-x-a"), "1");
  EXPECT_EQ(HeaderOf(reply, "x-a"), "(none)");
  EXPECT_EQ(HeaderOf(reply, "Grpc-Trailer-x-cost"), "9");
  reply = Handle("GET", "/v1/items/1:watch", {{"TE", "trailers"}});
  EXPECT_EQ(HeaderOf(reply, "Grpc-Metadata-x-a"), "1");
  EXPECT_EQ(BodyOf(reply), "[{}]|grpc-status=0|Grpc-Trailer-x-cost=9");
}

TEST_F(GatewayTest, D8FormsAndOverrides) {
  const std::string form = "application/x-www-form-urlencoded";
  Options forms, overrides;
  forms.request.form_posts = true;
  overrides.request.method_override = MethodOverride::kPosts;
  const struct {
    const char* what;
    Options options;
    const char* target;
    HttpFields headers;
    std::string body;
    const char* response;  // or its beginning
  } kRows[] = {
      {"a form is not taken", {}, "/v1/items/1", {{"Content-Type", form}}, "version=3", "405 "},
      {"a form is GET's", forms, "/v1/items/1", {{"Content-Type", form}}, "version=3", "200 {}"},
      {"a form is read",
       forms,
       "/v1/items/1",
       {{"Content-Type", form}},
       "version=x",
       "400 {\"error\":{\"code\":400,\"message\":\"query parameter \\\"version\\\": \\\"x\\\""},
      {"JSON is no form",
       forms,
       "/v1/items/1",
       {{"Content-Type", "application/json"}},
       "{}",
       "405 "},
      {"a form for no path", forms, "/v1/nope", {{"Content-Type", form}}, "", "404 "},
      {"no override", {}, "/v1/items/1", {{"X-HTTP-Method-Override", "PUT"}}, "{}", "405 "},
      {"an override",
       overrides,
       "/v1/items/1",
       {{"X-HTTP-Method-Override", "PUT"}},
       "{}",
       "200 {}"},
      {"an override that no route has",
       overrides,
       "/v1/items/1",
       {{"X-HTTP-Method-Override", "DELETE"}},
       "{}",
       "405 {\"error\":{\"code\":405,\"message\":\"DELETE is not allowed for \\\"/v1/items/1\\\", "
       "only GET, HEAD, OPTIONS, PUT\""},
      {"an override that is none",
       overrides,
       "/v1/items/1",
       {{"X-HTTP-Method-Override", "P T"}},
       "{}",
       "400 {\"error\":{\"code\":400,\"message\":\"header X-HTTP-Method-Override: \\\"P T\\\" is "
       "not a method\""},
  };
  script_.messages = {""};
  for (const auto& row : kRows) {
    Choose(row.options);
    const std::string response = Ask("POST", row.target, row.headers, row.body);
    EXPECT_TRUE(absl::StartsWith(response, row.response)) << row.what << ": " << response;
  }
}

TEST_F(GatewayTest, D4DotSegmentsByPolicy) {
  script_.messages = {""};
  EXPECT_EQ(Ask("GET", "/v1/items/.."), "200 {}");
  Options options;
  options.request.dot_segments = DotSegments::kRefuse;
  Choose(options);
  script_.called = "";
  for (const char* path : {"/v1/items/..", "/v1/items/%2e%2E", "/nope/./x"}) {
    const std::string segment = absl::StrContains(path, "%")      ? "%2e%2E"
                                : absl::StrContains(path, "nope") ? "."
                                                                  : "..";
    EXPECT_EQ(Ask("GET", path),
              absl::StrCat("400 {\"error\":{\"code\":400,\"message\":\"path segment \\\"", segment,
                           "\\\" is refused: it stands for \\\".\\\" or \\\"..\\\"\",\"status\":"
                           "\"INVALID_ARGUMENT\",\"details\":[]}}"));
  }
  EXPECT_EQ(script_.called, "");
  EXPECT_EQ(Ask("GET", "/v1/items/..."), "200 {}");
}

// `{"pages":5}` and `version=3` as gzip writes them.
constexpr char kZippedPages[] = "1f8b0800000000000203ab562a484c4f2d56b232ad05001f6ad6160b000000";
constexpr char kZippedVersion[] = "1f8b08000000000002032b4b2d2acecccfb3350600a883ec6b09000000";

TEST_F(GatewayTest, D7ContentEncodings) {
  const std::string pages = absl::HexStringToBytes(kZippedPages);
  Options forms;
  forms.request.form_posts = true;
  const struct {
    const char* what;
    const char* method;
    HttpFields headers;
    std::string body;
    const char* response;
  } kRows[] = {
      {"gzip", "PUT", {{"Content-Encoding", "gzip"}}, pages, "200 {\"pages\":5}"},
      {"identity", "PUT", {{"Content-Encoding", "identity"}}, "{\"pages\":5}", "200 {\"pages\":5}"},
      {"no gzip",
       "PUT",
       {{"Content-Encoding", "gzip"}},
       "{\"pages\":5}",
       "400 {\"error\":{\"code\":400,\"message\":\"the request's body is not gzip, though its "
       "Content-Encoding says so\",\"status\":\"INVALID_ARGUMENT\",\"details\":[]}}"},
      {"br",
       "PUT",
       {{"Content-Encoding", "br"}},
       "x",
       "415 {\"error\":{\"code\":415,\"message\":\"content encoding \\\"br\\\" is not supported: "
       "send gzip, or none\",\"status\":\"INVALID_ARGUMENT\",\"details\":[]}}"},
      // R32: where no body is bound, none is read
      {"br for nobody", "GET", {{"Content-Encoding", "br"}}, "x", "200 {\"pages\":5}"},
      {"a form",
       "POST",
       {{"Content-Encoding", "gzip"}, {"Content-Type", "application/x-www-form-urlencoded"}},
       absl::HexStringToBytes(kZippedVersion),
       "200 {\"pages\":5}"},
  };
  script_.messages = {ItemBytes("", 5)};
  Choose(forms);
  for (const auto& row : kRows) {
    EXPECT_EQ(Ask(row.method, "/v1/items/1", row.headers, row.body), row.response) << row.what;
  }
  EXPECT_TRUE(absl::StrContains(script_.called, "\x10\x03")) << "version=3 has arrived";
  EXPECT_EQ(
      HeaderOf(Handle("PUT", "/v1/items/1", {{"Content-Encoding", "br"}}, "x"), "Accept-Encoding"),
      "gzip");
}

}  // namespace
}  // namespace trestle
