#include "trestle/transcoding/error.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"
#include "trestle/transcoding/codec/schema.h"
#include "trestle/transcoding/codec/violation.h"

namespace trestle {
namespace {

SchemaPool& Types() { return SchemaPool::Generated(); }

std::string Json(const absl::Status& status) {
  std::string json;
  EncodeErrorJson(status, Types(), {}, &json);
  return json;
}

std::string Header(const HttpResponse& http, absl::string_view name) {
  const std::string* value = FindField(http.headers, name);
  return value == nullptr ? "-" : *value;
}

struct CodeRow {
  int code;
  const char* name;
  int http_status;
};

const CodeRow kCodeRows[] = {
    // R82, R84
    {1, "CANCELLED", 499},           {2, "UNKNOWN", 500},
    {3, "INVALID_ARGUMENT", 400},    {4, "DEADLINE_EXCEEDED", 504},
    {5, "NOT_FOUND", 404},           {6, "ALREADY_EXISTS", 409},
    {7, "PERMISSION_DENIED", 403},   {8, "RESOURCE_EXHAUSTED", 429},
    {9, "FAILED_PRECONDITION", 400}, {10, "ABORTED", 409},
    {11, "OUT_OF_RANGE", 400},       {12, "UNIMPLEMENTED", 501},
    {13, "INTERNAL", 500},           {14, "UNAVAILABLE", 503},
    {15, "DATA_LOSS", 500},          {16, "UNAUTHENTICATED", 401},
};

TEST(Error, EveryCodeHasItsStatusAndSurvivesTheTrip) {  // R80, R81, R82, R84, R87, R89
  for (const CodeRow& row : kCodeRows) {
    const absl::Status status(static_cast<absl::StatusCode>(row.code), "why");
    const HttpResponse http = EncodeError(status, Types(), {});
    EXPECT_EQ(http.status, row.http_status) << row.name;
    EXPECT_EQ(http.body,
              absl::StrCat("{\"error\":{\"code\":", row.http_status,
                           ",\"message\":\"why\",\"status\":\"", row.name, "\",\"details\":[]}}"));
    EXPECT_EQ(Header(http, "content-type"), "application/json");
    EXPECT_EQ(Header(http, "www-authenticate"), row.http_status == 401 ? "Bearer" : "-");
    EXPECT_EQ(DecodeError(http, Types()), status) << row.name;
  }
  EXPECT_EQ(HttpStatusOf(absl::Status(static_cast<absl::StatusCode>(99), "")), 500);
}

TEST(Error, KeepsAnHttpStatusOfItsOwn) {  // R80
  const struct {
    int http_status;
    const char* name;
  } rows[] = {{400, "INVALID_ARGUMENT"},  {404, "NOT_FOUND"},          {405, "UNIMPLEMENTED"},
              {408, "DEADLINE_EXCEEDED"}, {413, "RESOURCE_EXHAUSTED"}, {414, "INVALID_ARGUMENT"},
              {415, "INVALID_ARGUMENT"},  {417, "INVALID_ARGUMENT"},   {431, "RESOURCE_EXHAUSTED"},
              {501, "UNIMPLEMENTED"},     {502, "INTERNAL"},           {503, "UNAVAILABLE"},
              {505, "UNIMPLEMENTED"}};
  for (const auto& row : rows) {
    const absl::Status status = HttpError(row.http_status, "why");
    EXPECT_EQ(HttpStatusOf(status), row.http_status);
    EXPECT_EQ(Json(status),
              absl::StrCat("{\"error\":{\"code\":", row.http_status,
                           ",\"message\":\"why\",\"status\":\"", row.name, "\",\"details\":[]}}"));
  }
}

TEST(Error, SaysBadFields) {  // R83, R88
  EXPECT_EQ(Json(FieldViolation("book.pages", "is bad", "field \"book.pages\" is bad")),
            R"({"error":{"code":400,"message":"field \"book.pages\" is bad",)"
            R"("status":"INVALID_ARGUMENT","details":[)"
            R"({"@type":"type.googleapis.com/google.rpc.BadRequest",)"
            R"("fieldViolations":[{"field":"book.pages","description":"is bad"}]}]}})");
}

// The form in which a backend sends details: google.rpc.Status in grpc-status-details-bin.
absl::Status BackendStatus(const google::rpc::Status& rpc_status) {
  absl::Status status(static_cast<absl::StatusCode>(rpc_status.code()), rpc_status.message());
  status.SetPayload(kStatusDetailsUrl, absl::Cord(rpc_status.SerializeAsString()));
  return status;
}

google::rpc::Status WithDetails() {
  google::rpc::Status status;
  status.set_code(8);
  status.set_message("slow down");
  google::rpc::ErrorInfo info;
  info.set_reason("QUOTA");
  status.add_details()->PackFrom(info);
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(3);
  retry.mutable_retry_delay()->set_nanos(1);
  status.add_details()->PackFrom(retry);
  auto* unknown = status.add_details();
  unknown->set_type_url("type.googleapis.com/nobody.Knows");
  unknown->set_value("\xFF\x01");
  return status;
}

TEST(Error, CarriesABackendsDetails) {  // R73, R85, R86
  const HttpResponse http = EncodeError(BackendStatus(WithDetails()), Types(), {});
  EXPECT_EQ(http.body,
            R"({"error":{"code":429,"message":"slow down","status":"RESOURCE_EXHAUSTED",)"
            R"("details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"QUOTA"},)"
            R"({"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"3.000000001s"},)"
            R"({"@type":"type.googleapis.com/nobody.Knows","value":"/wE="}]}})");
  EXPECT_EQ(Header(http, "retry-after"), "4");
}

TEST(Error, AClientGetsDetailsBack) {  // R87
  const absl::Status status =
      DecodeError(EncodeError(BackendStatus(WithDetails()), Types(), {}), Types());
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(status.message(), "slow down");
  google::rpc::RetryInfo retry;
  ASSERT_TRUE(retry.ParseFromString(
      std::string(*status.GetPayload("type.googleapis.com/google.rpc.RetryInfo"))));
  EXPECT_EQ(retry.retry_delay().seconds(), 3);
  EXPECT_EQ(status.GetPayload("type.googleapis.com/nobody.Knows"), absl::Cord("\xFF\x01"));
}

TEST(Error, FindsTypesOfTheProgramWhereThePoolHasNone) {
  google::protobuf::DescriptorPool empty;
  SchemaPool types(&empty);
  std::string json;
  EncodeErrorJson(FieldViolation("a", "b", "c"), types, {}, &json);
  EXPECT_NE(json.find("\"fieldViolations\""), std::string::npos) << json;
}

TEST(Error, RetryAfterIsWholeSeconds) {  // R86
  const struct {
    int64_t seconds;
    int32_t nanos;
    const char* header;
  } rows[] = {{0, 0, "0"},
              {0, 1, "1"},
              {5, 0, "5"},
              {-5, 0, "0"},
              {86400, 999999999, "86401"},
              {INT64_MAX, 1, "315576000001"},
              {INT64_MAX, INT32_MAX, "315576000001"},
              {INT64_MIN, INT32_MIN, "0"},
              {INT64_MIN, 1, "0"}};
  for (const auto& row : rows) {
    google::rpc::RetryInfo retry;
    retry.mutable_retry_delay()->set_seconds(row.seconds);
    retry.mutable_retry_delay()->set_nanos(row.nanos);
    absl::Status status = absl::UnavailableError("x");
    status.SetPayload("type.googleapis.com/google.rpc.RetryInfo",
                      absl::Cord(retry.SerializeAsString()));
    EXPECT_EQ(Header(EncodeError(status, Types(), {}), "retry-after"), row.header);
  }
}

TEST(Error, HostileMessagesAndDetailsStillMakeAResponse) {  // R63, R73, R89
  EXPECT_EQ(Json(absl::InternalError("a\"\n\xFF\xC3\xA9")),
            "{\"error\":{\"code\":500,\"message\":\"a\\\"\\n\xEF\xBF\xBD\xC3\xA9\","
            "\"status\":\"INTERNAL\",\"details\":[]}}");
  absl::Status status = absl::InternalError("x");
  status.SetPayload("type.googleapis.com/google.rpc.ErrorInfo", absl::Cord("\x0A\x05x"));
  status.SetPayload(kStatusDetailsUrl, absl::Cord("\x1A\x50"));
  EXPECT_EQ(Json(status),
            "{\"error\":{\"code\":500,\"message\":\"x\",\"status\":\"INTERNAL\",\"details\":["
            "{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"value\":\"CgV4\"}]}}");
}

// The shape of grpc-gateway and Envoy ----------------------------------------------------

Options StatusShape() {
  Options options;
  options.response.error_shape = ErrorShape::kStatus;
  return options;
}

TEST(Error, MayBeAGoogleRpcStatus) {  // R80's other shape
  for (const CodeRow& row : kCodeRows) {
    const absl::Status status(static_cast<absl::StatusCode>(row.code), "why");
    const HttpResponse http = EncodeError(status, Types(), StatusShape());
    EXPECT_EQ(http.status, row.http_status) << row.name;
    EXPECT_EQ(http.body, absl::StrCat("{\"code\":", row.code, ",\"message\":\"why\"}"));
    EXPECT_EQ(Header(http, "content-type"), "application/json");
    EXPECT_EQ(Header(http, "www-authenticate"), row.http_status == 401 ? "Bearer" : "-");
    EXPECT_EQ(DecodeError(http, Types()), status) << row.name;
  }
}

TEST(Error, AGoogleRpcStatusHasTheCodeNearestToAnHttpStatus) {
  const HttpResponse http = EncodeError(HttpError(413, "too large"), Types(), StatusShape());
  EXPECT_EQ(http.status, 413);
  EXPECT_EQ(http.body, R"({"code":8,"message":"too large"})");
}

TEST(Error, EmptyDetailsFollowTheDefaultsOfMessages) {  // R55
  Options options = StatusShape();
  options.write.always_print_defaults = true;
  EXPECT_EQ(EncodeError(absl::NotFoundError("x"), Types(), options).body,
            R"({"code":5,"message":"x","details":[]})");
  EXPECT_EQ(EncodeError(FieldViolation("a", "b", "c"), Types(), options).body,
            R"({"code":3,"message":"c","details":[)"
            R"({"@type":"type.googleapis.com/google.rpc.BadRequest",)"
            R"("fieldViolations":[{"field":"a","description":"b","reason":""}]}]})");
}

TEST(Error, AStreamsErrorIsToldFromAMessageInEitherShape) {  // S3
  std::string json;
  EncodeErrorJson(absl::NotFoundError("x"), Types(), StatusShape(), &json);
  EXPECT_EQ(json, R"({"error":{"code":5,"message":"x"}})");
  HttpResponse http;
  http.status = 500;
  http.body = json;
  EXPECT_EQ(DecodeError(http, Types()), absl::NotFoundError("x"));
}

TEST(Error, AClientGetsDetailsBackInEitherShape) {  // R85, R86, R87
  const HttpResponse http = EncodeError(BackendStatus(WithDetails()), Types(), StatusShape());
  EXPECT_EQ(http.body.substr(0, 46), R"({"code":8,"message":"slow down","details":[{"@)");
  EXPECT_EQ(Header(http, "retry-after"), "4");
  const absl::Status status = DecodeError(http, Types());
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(status.message(), "slow down");
  EXPECT_TRUE(status.GetPayload("type.googleapis.com/google.rpc.RetryInfo").has_value());
  EXPECT_EQ(status.GetPayload("type.googleapis.com/nobody.Knows"), absl::Cord("\xFF\x01"));
}

struct ForeignRow {
  int http_status;
  std::string body;
  const char* status;
};

const ForeignRow kForeignRows[] = {
    // R87
    {400, "x", "INVALID_ARGUMENT: HTTP status 400: \"x\""},
    {401, "", "UNAUTHENTICATED: HTTP status 401 without a body"},
    {403, "x", "PERMISSION_DENIED: HTTP status 403: \"x\""},
    {404, "<html>\n", "NOT_FOUND: HTTP status 404: \"<html>\\n\""},
    {409, "x", "ABORTED: HTTP status 409: \"x\""},
    {429, "x", "RESOURCE_EXHAUSTED: HTTP status 429: \"x\""},
    {499, "x", "CANCELLED: HTTP status 499: \"x\""},
    {501, "x", "UNIMPLEMENTED: HTTP status 501: \"x\""},
    {503, "x", "UNAVAILABLE: HTTP status 503: \"x\""},
    {504, "x", "DEADLINE_EXCEEDED: HTTP status 504: \"x\""},
    {418, "x", "FAILED_PRECONDITION: HTTP status 418: \"x\""},
    {502, "x", "INTERNAL: HTTP status 502: \"x\""},
    {302, "x", "UNKNOWN: HTTP status 302: \"x\""},
    {500, "{}", "INTERNAL: HTTP status 500: \"{}\""},
    {500, "{\"error\":\"x\"}", "INTERNAL: HTTP status 500: \"{\\\"error\\\":\\\"x\\\"}\""},
    {500, "{\"error\":{}", "INTERNAL: HTTP status 500: \"{\\\"error\\\":{}\""},
    {404, R"({"error":{"message":"m"}})", "NOT_FOUND: m"},
    {404, R"({"error":{"message":"m","status":"ABORTED"}})", "ABORTED: m"},
    {404, R"({"error":{"message":"m","status":"SILLY"}})", "NOT_FOUND: m"},
    {404, R"({"error":{"message":"m","status":"OK"}})", "NOT_FOUND: m"},
    {404, R"({"error":{"message":3,"status":[],"details":{}}})", "NOT_FOUND: "},
    {404, R"({"code":5,"message":"m"})", "NOT_FOUND: m"},
    {500, R"({"message":"m","details":[],"code":8})", "RESOURCE_EXHAUSTED: m"},
    {500, R"({"error":"m","code":10,"message":"m"})", "ABORTED: m"},  // an older grpc-gateway
    {404, R"({"code":404,"message":"m"})", "NOT_FOUND: m"},           // an HTTP status
    {404, R"({"code":0,"message":"m"})",
     R"(NOT_FOUND: HTTP status 404: "{\"code\":0,\"message\":\"m\"}")"},
    {500, R"({"code":17,"message":"m"})", "INTERNAL: m"},
    {500, R"({"code":-5,"message":"m"})",
     R"(INTERNAL: HTTP status 500: "{\"code\":-5,\"message\":\"m\"}")"},
    {500, R"({"code":5e99,"message":"m"})",
     R"(INTERNAL: HTTP status 500: "{\"code\":5e99,\"message\":\"m\"}")"},
    {500, R"({"code":"5","message":"m"})",
     R"(INTERNAL: HTTP status 500: "{\"code\":\"5\",\"message\":\"m\"}")"},
    {500, R"({"code":5,"error":{"code":409,"message":"m","status":"ABORTED"}})", "ABORTED: m"},
    {500, R"({"error":{"code":5,"message":"m"}})", "NOT_FOUND: m"},  // of a stream
    {500, R"({"code":5,"message":"m"} x)",
     R"(INTERNAL: HTTP status 500: "{\"code\":5,\"message\":\"m\"} x")"},
    {404, R"({"a":1,"error":{"b":[{}],"message":"\u00e9","details":[1,"x",{"@type":3},{}]}})",
     "NOT_FOUND: \xC3\xA9"},
};

TEST(Error, AClientReadsWhatProxiesSay) {
  for (const ForeignRow& row : kForeignRows) {
    HttpResponse http;
    http.status = row.http_status;
    http.body = row.body;
    EXPECT_EQ(DecodeError(http, Types()).ToString(), row.status) << row.body;
  }
}

TEST(Error, QuotesTheStartOfALongBody) {  // R87
  HttpResponse http;
  http.status = 502;
  http.body = std::string(1000, 'a');
  EXPECT_EQ(DecodeError(http, Types()).message(),
            absl::StrCat("HTTP status 502: \"", std::string(200, 'a'), "\"..."));
}

TEST(Error, NamesCodesBothWays) {  // R82
  EXPECT_EQ(CodeName(absl::StatusCode::kNotFound), "NOT_FOUND");
  EXPECT_EQ(CodeName(static_cast<absl::StatusCode>(99)), "");
  EXPECT_EQ(CodeOfName("NOT_FOUND"), absl::StatusCode::kNotFound);
  EXPECT_EQ(CodeOfName("not_found"), absl::StatusCode::kUnknown);
}

}  // namespace
}  // namespace trestle
