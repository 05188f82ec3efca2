// O11: the spans of a request, attribute by attribute.

#include "trestle/server/tracing/request_spans.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "opentelemetry/proto/trace/v1/trace.pb.h"
#include "trestle/server/handler.h"
#include "trestle/server/tracing/trace_id.h"
#include "trestle/tests/server/tracing/otlp_text.h"

namespace trestle {
namespace {

using opentelemetry::proto::trace::v1::ScopeSpans;
using opentelemetry::proto::trace::v1::Span;

// A request to GetShelf that has ended well.
struct Example {
  Example() {
    route.http_method = "GET";
    route.path = "/v1/{name=shelves/*}";
    route.service = "library.v1.LibraryService";
    route.method = "GetShelf";
    route.backend = "dns:///library:9090";
    request.http.method = "GET";
    request.http.path = "/v1/shelves/1";
    request.http.query = "key=secret";
    request.http.headers = {{"Host", "api.example.com:8443"}, {"User-Agent", "curl/7.88"}};
    request.peer = "192.0.2.7";
    record.request = &request;
    record.route = &route;
    record.http_version = "1.1";
    record.began = now;
    record.call_began = now + absl::Milliseconds(1);
    record.call_ended = now + absl::Milliseconds(2);
    record.response_began = now + absl::Milliseconds(3);
    record.ended = now + absl::Milliseconds(4);
    record.grpc_code = 0;
    record.status = 200;
    record.response_bytes = 20;
    record.trace.trace_id = NewTraceId();
    record.trace.span_id = NewSpanId();
    record.trace.call_span_id = NewSpanId();
    record.trace.is_sampled = true;
  }

  // Returns the spans, which must be `count`.
  ScopeSpans Write(int count) const {
    std::string wire;
    EXPECT_EQ(WriteSpans(record, real_end, options, &wire), static_cast<size_t>(count));
    ScopeSpans spans;
    EXPECT_TRUE(spans.ParseFromString(wire));
    EXPECT_EQ(spans.spans_size(), count);
    return spans;
  }
  std::string ServerText() const { return SpanText(Write(record.has_call() ? 2 : 1).spans(0)); }
  std::string ClientText() const { return SpanText(Write(2).spans(1)); }

  const absl::Time now = absl::FromUnixSeconds(1000);       // by the monotonic clock
  const absl::Time real_end = absl::FromUnixSeconds(5000);  // of the day
  RouteInfo route;
  Request request;
  RequestRecord record;
  SpanOptions options;
};

TEST(RequestSpansTest, O11ARequestIsAServerSpanAndItsCallAClientSpan) {
  Example example;
  example.record.trace.parent_span_id = NewSpanId();
  example.record.trace.is_random = true;
  example.record.call_metadata = {{"traceparent", "x"}, {"tracestate", "a=1"}};
  const ScopeSpans spans = example.Write(2);
  EXPECT_EQ(SpanText(spans.spans(0)),
            "SERVER GET /v1/{name=shelves/*} flags=303 state=a=1\n"
            "http.request.method=GET\n"
            "http.route=/v1/{name=shelves/*}\n"
            "url.scheme=http\n"
            "url.path=/v1/shelves/1\n"
            "server.address=api.example.com\n"
            "server.port=8443 (int)\n"
            "client.address=192.0.2.7\n"
            "network.peer.address=192.0.2.7\n"
            "network.protocol.version=1.1\n"
            "user_agent.original=curl/7.88\n"
            "http.response.status_code=200 (int)\n"
            "http.request.body.size=0 (int)\n"
            "http.response.body.size=20 (int)\n"
            "event first_byte");
  EXPECT_EQ(SpanText(spans.spans(1)),
            "CLIENT library.v1.LibraryService/GetShelf flags=103 state=a=1\n"
            "rpc.system=grpc\n"
            "rpc.service=library.v1.LibraryService\n"
            "rpc.method=GetShelf\n"
            "server.address=library\n"
            "server.port=9090 (int)\n"
            "rpc.grpc.status_code=0 (int)");
  const TraceContext& trace = example.record.trace;
  const auto bytes = [](const auto& id) { return std::string(id.begin(), id.end()); };
  const Span& server = spans.spans(0);
  const Span& client = spans.spans(1);
  EXPECT_EQ(server.trace_id(), bytes(trace.trace_id));
  EXPECT_EQ(server.span_id(), bytes(trace.span_id));
  EXPECT_EQ(server.parent_span_id(), bytes(trace.parent_span_id));
  EXPECT_EQ(client.trace_id(), bytes(trace.trace_id));
  EXPECT_EQ(client.span_id(), bytes(trace.call_span_id));
  EXPECT_EQ(client.parent_span_id(), bytes(trace.span_id));
  // Times of day.
  constexpr uint64_t kEnd = 5000ULL * 1000 * 1000 * 1000;
  constexpr uint64_t kMillisecond = 1000ULL * 1000;
  EXPECT_EQ(server.end_time_unix_nano(), kEnd);
  EXPECT_EQ(server.start_time_unix_nano(), kEnd - 4 * kMillisecond);
  EXPECT_EQ(server.events(0).time_unix_nano(), kEnd - 1 * kMillisecond);
  EXPECT_EQ(client.start_time_unix_nano(), kEnd - 3 * kMillisecond);
  EXPECT_EQ(client.end_time_unix_nano(), kEnd - 2 * kMillisecond);
}

TEST(RequestSpansTest, O11TheFirstSpanOfATraceHasNoParent) {
  Example example;
  const ScopeSpans spans = example.Write(2);
  EXPECT_EQ(spans.spans(0).parent_span_id(), "");
  EXPECT_EQ(spans.spans(0).flags(), 0x101u);
}

TEST(RequestSpansTest, O11ARequestWithoutARouteOrACall) {
  Example example;
  example.record.route = nullptr;
  example.record.call_began = absl::InfinitePast();
  example.record.grpc_code.reset();
  example.record.status = 404;
  example.record.http_version = "";
  example.request.peer = "";
  example.request.is_tls = true;
  example.request.http.headers.clear();
  EXPECT_EQ(example.ServerText(),
            "SERVER GET flags=101\n"
            "http.request.method=GET\n"
            "url.scheme=https\n"
            "url.path=/v1/shelves/1\n"
            "http.response.status_code=404 (int)\n"
            "http.request.body.size=0 (int)\n"
            "http.response.body.size=20 (int)\n"
            "event first_byte");
}

TEST(RequestSpansTest, O11ACallThatIsNotOfAnRpcHasNoSpan) {
  Example no_route;
  no_route.record.route = nullptr;
  EXPECT_EQ(no_route.Write(1).spans(0).name(), "GET");
  Example no_rpc;
  no_rpc.route.service = no_rpc.route.method = "";
  EXPECT_EQ(no_rpc.Write(1).spans(0).name(), "GET /v1/{name=shelves/*}");
}

TEST(RequestSpansTest, O11ErrorsAreThoseOfTheServer) {
  const struct {
    const char* description;
    int status;
    int grpc_code;
    Termination termination;
    std::string server;  // the end of the SERVER span
    std::string client;  // that of the CLIENT span
  } kRows[] = {
      {"a client's error is none of the server's", 404, 5, Termination::kComplete,
       "http.response.body.size=20 (int)\nevent first_byte",
       "rpc.grpc.status_code=5 (int)\nerror.type=NOT_FOUND\nerror"},
      {"a server's error", 503, 14, Termination::kComplete,
       "error.type=503\nevent first_byte\nerror",
       "rpc.grpc.status_code=14 (int)\nerror.type=UNAVAILABLE\nerror"},
      {"a deadline", 504, 4, Termination::kDeadline,
       "error.type=deadline_exceeded\nevent first_byte\nerror",
       "rpc.grpc.status_code=4 (int)\nerror.type=DEADLINE_EXCEEDED\nerror"},
      {"a deadline during a stream", 200, 4, Termination::kDeadline,
       "error.type=deadline_exceeded\nevent first_byte\nerror",
       "rpc.grpc.status_code=4 (int)\nerror.type=DEADLINE_EXCEEDED\nerror"},
      {"a response that is broken off", 200, 13, Termination::kBroken,
       "error.type=broken_off\nevent first_byte\nerror",
       "rpc.grpc.status_code=13 (int)\nerror.type=INTERNAL\nerror"},
      {"a client that has gone", 499, 1, Termination::kClientGone,
       "error.type=client_disconnected\nevent first_byte\nevent cancelled",
       "rpc.grpc.status_code=1 (int)\nerror.type=CANCELLED\nevent cancelled\nerror"},
      {"a server without capacity", 503, 8, Termination::kOverload,
       "error.type=overload\nevent first_byte\nerror",
       "rpc.grpc.status_code=8 (int)\nerror.type=RESOURCE_EXHAUSTED\nerror"},
      {"a code that gRPC does not know", 500, 99, Termination::kComplete,
       "error.type=500\nevent first_byte\nerror",
       "rpc.grpc.status_code=99 (int)\nerror.type=99\nerror"},
  };
  for (const auto& row : kRows) {
    Example example;
    example.record.status = row.status;
    example.record.grpc_code = row.grpc_code;
    example.record.termination = row.termination;
    EXPECT_TRUE(absl::EndsWith(example.ServerText(), "\n" + row.server)) << row.description << "\n"
                                                                         << example.ServerText();
    EXPECT_TRUE(absl::EndsWith(example.ClientText(), "\n" + row.client)) << row.description << "\n"
                                                                         << example.ClientText();
  }
}

TEST(RequestSpansTest, O11WhatClientsSendIsBoundedAndUtf8) {
  const std::string e_acute = "\xc3\xa9";
  const struct {
    const char* description;
    std::function<void(Example*)> change;
    std::string line;  // of the SERVER span
  } kRows[] = {
      {"an unknown method", [](Example* e) { e->request.http.method = "BREW"; },
       "http.request.method=_OTHER\nhttp.request.method_original=BREW"},
      {"a method in small letters", [](Example* e) { e->request.http.method = "get"; },
       "http.request.method=_OTHER\nhttp.request.method_original=get"},
      {"bytes that are not UTF-8",
       [](Example* e) {
         e->request.http.headers = {{"User-Agent", "a\xff\xfe\xc3 b"}};
       },
       "user_agent.original=a??? b"},
      {"a long value",
       [](Example* e) {
         e->request.http.headers = {{"User-Agent", std::string(100000, 'x')}};
       },
       "user_agent.original=" + std::string(1024, 'x') + "\n"},
      {"a long value, cut between characters",
       [&](Example* e) {
         e->request.http.headers = {{"User-Agent", std::string(1023, 'x') + e_acute}};
       },
       "user_agent.original=" + std::string(1023, 'x') + "\n"},
      {"a long value of continuation bytes",
       [](Example* e) {
         e->request.http.headers = {{"User-Agent", std::string(5000, '\x80')}};
       },
       "user_agent.original=" + std::string(1024, '?') + "\n"},
      {"a query, if it is wanted", [](Example* e) { e->options.with_query = true; },
       "url.query=key=secret"},
      {"a client behind a trusted proxy",
       [](Example* e) {
         e->options.trusted_hops = 1;
         e->request.http.headers = {{"X-Forwarded-For", "198.51.100.1, 203.0.113.9"}};
       },
       "client.address=203.0.113.9\nnetwork.peer.address=192.0.2.7"},
      {"a client behind no trusted proxy",
       [](Example* e) {
         e->request.http.headers = {{"X-Forwarded-For", "198.51.100.1"}};
       },
       "client.address=192.0.2.7\nnetwork.peer.address=192.0.2.7"},
      {"IPv6",
       [](Example* e) {
         e->request.http.headers = {{"Host", "[2001:db8::1]:80"}};
       },
       "server.address=2001:db8::1\nserver.port=80 (int)"},
      {"fields of middleware",
       [](Example* e) {
         e->record.fields = {{"tenant", "a"}, {"x", "1"}, {"tenant", "b"}};
       },
       "\nx=1\ntenant=b\nevent"},
      {"too many fields",
       [](Example* e) {
         for (int i = 0; i < 1000; ++i) e->record.fields.emplace_back(absl::StrCat("f", i), "1");
       },
       "f63=1\ndropped 936\nevent"},
  };
  for (const auto& row : kRows) {
    Example example;
    row.change(&example);
    EXPECT_TRUE(absl::StrContains(example.ServerText(), row.line)) << row.description << "\n"
                                                                   << example.ServerText();
  }
  EXPECT_FALSE(absl::StrContains(Example().ServerText(), "secret"));
}

}  // namespace
}  // namespace trestle
