// O11, O12: spans of requests to a real server, as collectors receive them by gRPC and by HTTP,
// with TLS and without.

#include <grpcpp/security/server_credentials.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <iostream>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "opentelemetry/proto/collector/trace/v1/trace_service.pb.h"
#include "tests/server/gateway/shop.pb.h"
#include "trestle/server/grpc_backend.h"
#include "trestle/server/server.h"
#include "trestle/server/tracer.h"
#include "trestle/tests/server/tracing/otlp_text.h"
#include "trestle/tests/testing/await.h"
#include "trestle/tests/testing/certificate_authority.h"
#include "trestle/tests/testing/generic_backend.h"
#include "trestle/tests/testing/raw_client.h"
#include "trestle/tests/testing/running_server.h"
#include "trestle/tests/testing/test_concurrency.h"
#include "trestle/tests/testing/tls_files.h"

namespace trestle {
namespace {

using opentelemetry::proto::collector::trace::v1::ExportTraceServiceRequest;
using opentelemetry::proto::trace::v1::Span;
using test::shop::GetItemRequest;
using test::shop::Item;

// The spans that a collector has received.
class Received {
 public:
  void Add(const ExportTraceServiceRequest& request) {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (const auto& resource : request.resource_spans()) {
      resource_ = ResourceText(resource.resource());
      for (const auto& scope : resource.scope_spans()) {
        for (const Span& span : scope.spans()) spans_.push_back(span);
      }
    }
  }
  // Waits for `count` spans in all, and returns them.
  std::vector<Span> Await(size_t count) {
    AwaitTrue("spans have arrived", [&] {
      const std::lock_guard<std::mutex> lock(mutex_);
      return spans_.size() >= count;
    });
    const std::lock_guard<std::mutex> lock(mutex_);
    EXPECT_EQ(spans_.size(), count);
    return spans_;
  }
  std::string resource() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return resource_;
  }

 private:
  std::mutex mutex_;
  std::vector<Span> spans_;
  std::string resource_;
};

GenericBackend::Responder CollectInto(Received* received) {
  return [received](const GenericBackend::Call& call) -> GenericBackend::Response {
    EXPECT_EQ(call.method, "/opentelemetry.proto.collector.trace.v1.TraceService/Export");
    EXPECT_EQ(call.metadata.count("traceparent"), 0u);  // the export is not traced
    ExportTraceServiceRequest request;
    EXPECT_TRUE(request.ParseFromString(call.request));
    received->Add(request);
    return {{""}, grpc::Status::OK, {}, {}, false};
  };
}

GenericBackend::Response AnswerTo(const GenericBackend::Call& call) {
  if (absl::EndsWith(call.method, "Watch")) {
    return {{call.request, call.request}, grpc::Status::OK, {}, {}, false};
  }
  if (absl::StrContains(call.request, "items/none")) {
    return {{}, grpc::Status(grpc::StatusCode::NOT_FOUND, "none"), {}, {}, false};
  }
  if (absl::StrContains(call.request, "items/never")) return {{}, {}, {}, {}, true};
  return {{call.request}, grpc::Status::OK, {}, {}, false};
}

class ExportTest : public testing::Test {
 protected:
  ExportTest() {
    options_.interval = absl::Milliseconds(5);
    options_.service_name = "shop";
    options_.on_problem = [](const std::string& problem) { std::cerr << problem << "\n"; };
  }
  ~ExportTest() override { Stop(); }

  void Start() {
    ServerOptions server_options;
    server_options.work.concurrency = TestConcurrency();
    server_ = std::make_unique<Server>(server_options);
    const std::vector<ServiceRoute> routes = {
        Unary<GetItemRequest, Item>("/trestle.test.shop.Shop/GetItem",
                                    {"GET", "/v1/{name=items/*}"}),
        ServerStreaming<GetItemRequest, Item>("/trestle.test.shop.Shop/Watch",
                                              {"GET", "/v1/{name=items/*}:watch"})};
    ASSERT_TRUE(server_->Add(routes, backend_.get()).ok());
    auto tracer = Tracer::Start(options_);
    ASSERT_TRUE(tracer.ok()) << tracer.status();
    tracer_ = *tracer;
    server_->Observe(tracer_);
    running_ = std::make_unique<RunningServer>(server_.get());
  }
  void Stop() {
    running_.reset();
    server_.reset();
    tracer_.reset();
  }
  void Get(const std::string& path, const std::string& headers = "") const {
    RawClient client(running_->port());
    client.Send(absl::StrCat("GET ", path, " HTTP/1.1\r\nHost: h:1\r\n", headers, "\r\n"));
    client.ReadResponse();
  }

  GenericBackend service_{AnswerTo};
  std::unique_ptr<Backend> backend_ = NewGrpcBackend(BackendOptions{service_.target()});
  TracerOptions options_;
  std::shared_ptr<Tracer> tracer_;
  std::unique_ptr<Server> server_;
  Received received_;
  std::unique_ptr<RunningServer> running_;
};

std::string ServerSpan(const std::string& path, int bytes) {
  return absl::StrCat(
      "SERVER GET /v1/{name=items/*} flags=303\n"
      "http.request.method=GET\n"
      "http.route=/v1/{name=items/*}\n"
      "url.scheme=http\n"
      "url.path=",
      path,
      "\n"
      "server.address=h\n"
      "server.port=1 (int)\n"
      "client.address=127.0.0.1\n"
      "network.peer.address=127.0.0.1\n"
      "network.protocol.version=1.1\n"
      "user_agent.original=test/1\n"
      "http.response.status_code=200 (int)\n"
      "http.request.body.size=0 (int)\n"
      "http.response.body.size=",
      bytes, " (int)\nevent first_byte");
}

std::string ClientSpan(int port) {
  return absl::StrCat(
      "CLIENT trestle.test.shop.Shop/GetItem flags=103\n"
      "rpc.system=grpc\n"
      "rpc.service=trestle.test.shop.Shop\n"
      "rpc.method=GetItem\n"
      "server.address=127.0.0.1\n"
      "server.port=",
      port, " (int)\nrpc.grpc.status_code=0 (int)");
}

constexpr char kHeaders[] =
    "User-Agent: test/1\r\n"
    "Traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03\r\n";

// Returns the hexadecimal digits of an id.
std::string HexOf(const std::string& id) {
  std::string hex;
  for (const unsigned char byte : id) absl::StrAppend(&hex, absl::Hex(byte, absl::kZeroPad2));
  return hex;
}

TEST_F(ExportTest, O11O12TheSpansOfARequestReachACollectorByGrpc) {
  GenericBackend collector(CollectInto(&received_));
  options_.endpoint = collector.target();
  Start();
  Get("/v1/items/1?version=7", kHeaders);
  const std::vector<Span> spans = received_.Await(2);
  EXPECT_EQ(SpanText(spans[0]), ServerSpan("/v1/items/1", 28));
  EXPECT_EQ(SpanText(spans[1]), ClientSpan(service_.port()));
  EXPECT_EQ(HexOf(spans[0].trace_id()), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(HexOf(spans[0].parent_span_id()), "00f067aa0ba902b7");
  EXPECT_EQ(spans[1].trace_id(), spans[0].trace_id());
  EXPECT_EQ(spans[1].parent_span_id(), spans[0].span_id());
  EXPECT_EQ(received_.resource(),
            "service.name=shop\nservice.version=0.1.0\ntelemetry.sdk.name=trestle\n"
            "telemetry.sdk.language=cpp\ntelemetry.sdk.version=0.1.0");
  AwaitTrue("spans are counted", [this] { return tracer_->counts().sent == 2; });
  EXPECT_EQ(tracer_->counts().dropped, 0u);
}

TEST_F(ExportTest, O11EveryKindOfRequestHasASpan) {
  GenericBackend collector(CollectInto(&received_));
  options_.endpoint = collector.target();
  Start();
  const struct {
    std::string path;
    std::vector<std::string> spans;  // a part of each
  } kRows[] = {
      {"/v1/items/none",
       {"http.response.status_code=404 (int)",
        "rpc.grpc.status_code=5 (int)\nerror.type=NOT_FOUND\nerror"}},
      {"/v1/items/1:watch",
       {"SERVER GET /v1/{name=items/*}:watch", "CLIENT trestle.test.shop.Shop/Watch"}},
      {"/nowhere", {"SERVER GET flags=103\nhttp.request.method=GET\nurl.scheme=http\n"}},
  };
  size_t count = 0;
  for (const auto& row : kRows) {
    Get(row.path);
    count += row.spans.size();
    const std::vector<Span> spans = received_.Await(count);
    ASSERT_EQ(spans.size(), count);
    for (size_t i = 0; i < row.spans.size(); ++i) {
      const std::string text = SpanText(spans[count - row.spans.size() + i]);
      EXPECT_TRUE(absl::StrContains(text, row.spans[i])) << row.path << "\n" << text;
    }
  }
}

TEST_F(ExportTest, O11AClientThatHasGoneIsAnEvent) {
  GenericBackend collector(CollectInto(&received_));
  options_.endpoint = collector.target();
  Start();
  {
    RawClient client(running_->port());
    client.Send("GET /v1/items/never HTTP/1.1\r\nHost: h\r\n\r\n");
    AwaitTrue("the call has begun", [this] { return service_.counts().started == 1; });
  }
  const std::vector<Span> spans = received_.Await(2);
  EXPECT_TRUE(absl::EndsWith(SpanText(spans[0]), "\nevent cancelled")) << SpanText(spans[0]);
  EXPECT_TRUE(absl::EndsWith(SpanText(spans[1]), "\nevent cancelled\nerror")) << SpanText(spans[1]);
}

TEST_F(ExportTest, O11RequestsThatAreNotSampledHaveNoSpans) {
  GenericBackend collector(CollectInto(&received_));
  options_.endpoint = collector.target();
  Start();
  Get("/v1/items/1", "Traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00\r\n");
  Get("/v1/items/2", kHeaders);
  const std::vector<Span> spans = received_.Await(2);
  EXPECT_EQ(SpanText(spans[0]), ServerSpan("/v1/items/2", 18));
}

TEST_F(ExportTest, O12WhatIsLeftIsSentWhenTheServerEnds) {
  GenericBackend collector(CollectInto(&received_));
  options_.endpoint = collector.target();
  options_.interval = absl::Hours(1);
  Start();
  Get("/v1/items/1");
  Stop();
  EXPECT_EQ(received_.Await(2).size(), 2u);
}

TEST_F(ExportTest, O12ACollectorThatIsDownDoesNotHarmRequestsAndGetsTheirSpansLater) {
  auto collector = std::make_unique<GenericBackend>(CollectInto(&received_));
  options_.endpoint = collector->target();
  options_.retry_pause = absl::Milliseconds(5);
  const int port = collector->port();
  collector.reset();
  Start();
  Get("/v1/items/1");
  Get("/v1/items/2");
  EXPECT_EQ(tracer_->counts().sent, 0u);
  collector = std::make_unique<GenericBackend>(CollectInto(&received_), port);
  received_.Await(4);
  // And again, after it was restarted.
  collector.reset();
  Get("/v1/items/3");
  collector = std::make_unique<GenericBackend>(CollectInto(&received_), port);
  received_.Await(6);
  Stop();
}

TEST_F(ExportTest, O12TheCollectorCanNeedTls) {
  const Authority authority;
  const Authority other;
  const Identity identity = authority.Issue("DNS:collector.test");
  const Identity own = authority.Issue("DNS:gateway.test");
  grpc::SslServerCredentialsOptions credentials(
      GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  credentials.pem_root_certs = authority.certificate();
  credentials.pem_key_cert_pairs = {{identity.key, identity.certificate}};
  GenericBackend collector(CollectInto(&received_), "127.0.0.1:0",
                           grpc::SslServerCredentials(credentials));
  options_.endpoint = absl::StrCat("127.0.0.1:", collector.port());
  options_.tls = BackendTls{authority.certificate(), own.certificate, own.key, "collector.test"};
  Start();
  Get("/v1/items/1");
  received_.Await(2);
  Stop();
}

// A collector of OTLP/JSON.
class HttpCollectorTest : public ExportTest {
 protected:
  void Collect(httplib::Server* http) {
    http->Post("/v1/traces", [this](const httplib::Request& request, httplib::Response& response) {
      const std::lock_guard<std::mutex> lock(mutex_);
      EXPECT_EQ(request.get_header_value("Content-Type"), "application/json");
      bodies_.push_back(nlohmann::json::parse(request.body));
      response.status = status_;
      response.set_content(response_, "application/json");
    });
    options_.endpoint = absl::StrCat("localhost:", http->bind_to_any_port("127.0.0.1"));
    options_.protocol = OtlpProtocol::kHttpJson;
    http_ = http;
    listener_ = std::thread([http] { http->listen_after_bind(); });
  }
  ~HttpCollectorTest() override {
    Stop();
    if (http_ == nullptr) return;
    http_->stop();
    listener_.join();
  }
  size_t requests() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return bodies_.size();
  }
  nlohmann::json AwaitBody() {
    AwaitTrue("a request has arrived", [this] { return requests() > 0; });
    const std::lock_guard<std::mutex> lock(mutex_);
    return bodies_.front();
  }

  std::mutex mutex_;
  std::vector<nlohmann::json> bodies_;
  int status_ = 200;
  std::string response_ = "{}";
  httplib::Server* http_ = nullptr;
  std::thread listener_;
};

TEST_F(HttpCollectorTest, O12SpansAreSentAsJson) {
  httplib::Server http;
  Collect(&http);
  Start();
  Get("/v1/items/1", kHeaders);
  const nlohmann::json resource = AwaitBody()["resourceSpans"][0];
  EXPECT_EQ(resource["resource"]["attributes"][0]["value"]["stringValue"], "shop");
  const nlohmann::json& spans = resource["scopeSpans"][0]["spans"];
  ASSERT_EQ(spans.size(), 2u);
  EXPECT_EQ(spans[0]["traceId"], "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(spans[0]["parentSpanId"], "00f067aa0ba902b7");
  EXPECT_EQ(spans[0]["kind"], 2);
  EXPECT_EQ(spans[0]["name"], "GET /v1/{name=items/*}");
  EXPECT_EQ(spans[1]["parentSpanId"], spans[0]["spanId"]);
  EXPECT_EQ(spans[1]["kind"], 3);
  AwaitTrue("spans are counted", [this] { return tracer_->counts().sent == 2; });
  Get("/v1/items/2");  // over the same connection
  AwaitTrue("spans are counted", [this] { return tracer_->counts().sent == 4; });
  Stop();
}

TEST_F(HttpCollectorTest, O12AnOverloadedCollectorIsAskedAgain) {
  httplib::Server http;
  Collect(&http);
  options_.retry_pause = absl::Milliseconds(5);
  status_ = 503;
  Start();
  Get("/v1/items/1");
  AwaitTrue("a request is repeated", [this] { return requests() >= 3; });
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    status_ = 200;
    response_ = R"({"partialSuccess":{"rejectedSpans":"1","errorMessage":"x"}})";
  }
  AwaitTrue("a span is sent", [this] { return tracer_->counts().sent == 1; });
  EXPECT_EQ(tracer_->counts().dropped, 1u);
  Stop();
}

TEST_F(HttpCollectorTest, O12ARequestThatIsRefusedIsDropped) {
  httplib::Server http;
  Collect(&http);
  status_ = 400;
  response_ = std::string(1000000, '[');
  Start();
  Get("/v1/items/1");
  AwaitTrue("spans are dropped", [this] { return tracer_->counts().dropped == 2; });
  Stop();
}

TEST_F(HttpCollectorTest, O12TheCollectorCanNeedTls) {
  const Authority authority;
  const Authority other;
  const TlsFiles files(authority.Issue("DNS:localhost"));
  httplib::SSLServer http(files.certificate_file().c_str(), files.key_file().c_str());
  Collect(&http);
  options_.retry_pause = absl::Milliseconds(5);
  options_.retry_time = absl::ZeroDuration();
  options_.tls = BackendTls{authority.certificate(), "", "", ""};
  Start();
  Get("/v1/items/1");
  AwaitTrue("spans are sent", [this] { return tracer_->counts().sent == 2; });
  Stop();
  // Only the given authorities are trusted.
  for (const std::string& trusted : {other.certificate(), std::string()}) {
    options_.tls->ca_certificates = trusted;
    Start();
    Get("/v1/items/1");
    AwaitTrue("spans are dropped", [this] { return tracer_->counts().dropped == 2; });
    EXPECT_EQ(tracer_->counts().sent, 0u);
    Stop();
  }
}

TEST_F(HttpCollectorTest, O12ACollectorThatIsDownCostsDrops) {
  options_.endpoint = "127.0.0.1:1";
  options_.protocol = OtlpProtocol::kHttpJson;
  options_.retry_time = absl::ZeroDuration();
  Start();
  Get("/v1/items/1");
  AwaitTrue("spans are dropped", [this] { return tracer_->counts().dropped == 2; });
  Stop();
}

TEST(TracerStartTest, O12SaysWhatIsWrongWithTheCollector) {
  const struct {
    OtlpProtocol protocol;
    std::string endpoint;
    std::string message;  // a part of it
  } kRows[] = {
      {OtlpProtocol::kHttpJson, "collector", "collector \"collector\" is not host:port"},
      {OtlpProtocol::kHttpJson, "http://collector:4318", "is not host:port"},
      {OtlpProtocol::kHttpJson, "collector:4318/v1", "is not host:port"},
      {OtlpProtocol::kGrpc, "no such:///x", "no such"},
  };
  for (const auto& row : kRows) {
    TracerOptions options;
    options.protocol = row.protocol;
    options.endpoint = row.endpoint;
    const auto tracer = Tracer::Start(options);
    ASSERT_FALSE(tracer.ok()) << row.endpoint;
    EXPECT_TRUE(absl::StrContains(tracer.status().message(), row.message)) << tracer.status();
  }
}

}  // namespace
}  // namespace trestle
