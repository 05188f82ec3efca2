// O12: requests of OTLP, in protobuf and in JSON; and the resource in them.

#include "trestle/server/tracing/otlp_request.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "opentelemetry/proto/collector/trace/v1/trace_service.pb.h"
#include "trestle/server/tracing/collector.h"
#include "trestle/server/tracing/resource.h"
#include "trestle/server/tracing/span_writer.h"
#include "trestle/server/tracing/trace_id.h"
#include "trestle/tests/server/tracing/otlp_text.h"

namespace trestle {
namespace {

using opentelemetry::proto::collector::trace::v1::ExportTraceServiceRequest;
using opentelemetry::proto::collector::trace::v1::ExportTraceServiceResponse;

std::string TwoSpans() {
  std::string wire;
  SpanWriter writer(&wire);
  SpanHead head;
  EXPECT_TRUE(ParseId("4bf92f3577b34da6a3ce929d0e0e4736", &head.trace_id));
  EXPECT_TRUE(ParseId("00f067aa0ba902b7", &head.span_id));
  head.start = absl::FromUnixNanos(1700000000000000001);
  head.end = absl::FromUnixNanos(1700000000000000003);
  writer.Begin(head);
  writer.Name("GET", "/v1/\"items\"");
  writer.Attribute("url.path", "/v1/\xc3\xa9");
  writer.Attribute("http.response.status_code", int64_t{503});
  writer.DroppedAttributes(7);
  writer.Event("first_byte", absl::FromUnixNanos(1700000000000000002));
  writer.Event("cancelled", absl::FromUnixNanos(1700000000000000002));
  writer.Fail();
  writer.End();
  head.parent_span_id = head.span_id;
  head.kind = SpanKind::kClient;
  head.tracestate = "a=1";
  EXPECT_TRUE(ParseId("00000000000000aa", &head.span_id));
  writer.Begin(head);
  writer.Name("shop.Shop/Get", "");
  writer.Attribute("n", int64_t{-1});
  writer.End();
  writer.Finish();
  return wire;
}

TEST(OtlpRequestTest, O12IsTheMessageOfTheProtocol) {
  const std::string resource = SerializeResource({{"service.name", "shop"}, {"a", "b"}});
  ExportTraceServiceRequest request;
  ASSERT_TRUE(request.ParseFromString(SerializeRequest(resource, TwoSpans())));
  ASSERT_EQ(request.resource_spans_size(), 1);
  EXPECT_EQ(ResourceText(request.resource_spans(0).resource()), "service.name=shop\na=b");
  ASSERT_EQ(request.resource_spans(0).scope_spans_size(), 1);
  const auto& spans = request.resource_spans(0).scope_spans(0);
  EXPECT_EQ(spans.scope().name(), "trestle");
  EXPECT_FALSE(spans.scope().version().empty());
  EXPECT_EQ(spans.schema_url(), "https://opentelemetry.io/schemas/1.36.0");
  ASSERT_EQ(spans.spans_size(), 2);
  EXPECT_EQ(SpanText(spans.spans(0)),
            "SERVER GET /v1/\"items\" flags=101\n"
            "url.path=/v1/\xc3\xa9\n"
            "http.response.status_code=503 (int)\n"
            "dropped 7\n"
            "event first_byte\n"
            "event cancelled\n"
            "error");
  EXPECT_EQ(SpanText(spans.spans(1)), "CLIENT shop.Shop/Get flags=101 state=a=1\nn=-1 (int)");
}

TEST(OtlpRequestTest, O12JsonHasIdsInHexadecimalDigitsAndEnumsAsNumbers) {
  const std::string resource = SerializeResource({{"service.name", "shop"}});
  const auto json = RequestToJson(SerializeRequest(resource, TwoSpans()));
  ASSERT_TRUE(json.ok()) << json.status();
  EXPECT_EQ(
      *json,
      R"({"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{)"
      R"("stringValue":"shop"}}]},"scopeSpans":[{"scope":{"name":"trestle","version":"0.1.0"},)"
      R"("spans":[{"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b7",)"
      R"("kind":2,"startTimeUnixNano":"1700000000000000001",)"
      R"("endTimeUnixNano":"1700000000000000003","flags":257,"name":"GET /v1/\"items\"",)"
      R"("attributes":[{"key":"url.path","value":{"stringValue":"/v1/)"
      "\xc3\xa9"
      R"("}},{"key":"http.response.status_code","value":{"intValue":"503"}}],)"
      R"("droppedAttributesCount":7,"events":[{"timeUnixNano":"1700000000000000002",)"
      R"("name":"first_byte"},{"timeUnixNano":"1700000000000000002","name":"cancelled"}],)"
      R"("status":{"code":2}},{"traceId":"4bf92f3577b34da6a3ce929d0e0e4736",)"
      R"("spanId":"00000000000000aa","traceState":"a=1","parentSpanId":"00f067aa0ba902b7",)"
      R"("kind":3,"startTimeUnixNano":"1700000000000000001",)"
      R"("endTimeUnixNano":"1700000000000000003","flags":257,"name":"shop.Shop/Get",)"
      R"("attributes":[{"key":"n","value":{"intValue":"-1"}}]}],)"
      R"("schemaUrl":"https://opentelemetry.io/schemas/1.36.0"}]}]})");
  EXPECT_FALSE(RequestToJson("\x0a\x7f").ok());
  EXPECT_FALSE(RequestToJson("\x12").ok());
}

TEST(PartialSuccessTest, O12IsRead) {
  ExportTraceServiceResponse response;
  response.mutable_partial_success()->set_rejected_spans(3);
  response.mutable_partial_success()->set_error_message("too old");
  SendResult result;
  ReadPartialSuccess(response.SerializeAsString(), &result);
  EXPECT_EQ(result.rejected_spans, 3u);
  EXPECT_EQ(result.warning, "too old");
  for (const char* malformed :
       {"", "\x0a", "\x0a\x7f", "\x0a\x02\x08", "\xff\xff\xff", "\x08\x01"}) {
    SendResult none;
    ReadPartialSuccess(malformed, &none);
    EXPECT_EQ(none.rejected_spans, 0u);
    EXPECT_EQ(none.warning, "");
  }
}

TEST(ResourceTest, O12AttributesAreReadFromTheEnvironment) {
  const struct {
    std::string text;
    std::string expected;
  } kRows[] = {
      {"", ""},
      {"a=1", "a=1"},
      {" a = 1 , b=x=y ,", "a=1|b=x=y"},
      {"a=1,a=2", "a=2"},
      {"a=", "a="},
      {"a=x%2Cy%3d%25", "a=x,y=%"},
      {"a", "OTEL_RESOURCE_ATTRIBUTES: \"a\" is not key=value"},
      {"=1", "OTEL_RESOURCE_ATTRIBUTES: \"=1\" is not key=value"},
      {"a=%", "OTEL_RESOURCE_ATTRIBUTES: \"a=%\" is not percent-encoded UTF-8"},
      {"a=%2", "OTEL_RESOURCE_ATTRIBUTES: \"a=%2\" is not percent-encoded UTF-8"},
      {"a=%zz", "OTEL_RESOURCE_ATTRIBUTES: \"a=%zz\" is not percent-encoded UTF-8"},
      {"a=%ff", "OTEL_RESOURCE_ATTRIBUTES: \"a=%ff\" is not percent-encoded UTF-8"},
  };
  for (const auto& row : kRows) {
    const auto attributes = ParseResourceAttributes(row.text);
    EXPECT_EQ(attributes.ok() ? absl::StrJoin(*attributes, "|", absl::PairFormatter("="))
                              : std::string(attributes.status().message()),
              row.expected);
  }
}

TEST(ResourceTest, O12OptionsTakePrecedenceOverTheEnvironment) {
  std::map<std::string, std::string> variables;
  const auto name_with = [&](const TracerOptions& options) {
    const auto resource = MakeResource(options, [&](const char* name) {
      const auto found = variables.find(name);
      return found == variables.end() ? nullptr : found->second.c_str();
    });
    EXPECT_TRUE(resource.ok()) << resource.status();
    return absl::StrJoin(*resource, " ", absl::PairFormatter("="));
  };
  const std::string sdk =
      " telemetry.sdk.name=trestle telemetry.sdk.language=cpp telemetry.sdk.version=0.1.0";
  TracerOptions options;
  EXPECT_EQ(name_with(options), "service.name=trestle service.version=0.1.0" + sdk);
  variables["OTEL_RESOURCE_ATTRIBUTES"] = "service.name=a,service.version=2,zone=z";
  EXPECT_EQ(name_with(options), "service.name=a service.version=2 zone=z" + sdk);
  variables["OTEL_SERVICE_NAME"] = "b";
  EXPECT_EQ(name_with(options), "service.name=b service.version=2 zone=z" + sdk);
  options.resource_attributes = {{"service.name", "c"}, {"zone", "y"}};
  EXPECT_EQ(name_with(options), "service.name=c service.version=2 zone=y" + sdk);
  options.service_name = "d";
  EXPECT_EQ(name_with(options), "service.name=d service.version=2 zone=y" + sdk);
}

}  // namespace
}  // namespace trestle
