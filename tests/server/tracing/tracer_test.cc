// Traces through a server: from the headers of a client to the metadata that the backend receives.

#include "trestle/server/tracer.h"

#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/server/gateway/shop.pb.h"
#include "trestle/server/grpc_backend.h"
#include "trestle/server/server.h"
#include "trestle/tests/testing/generic_backend.h"
#include "trestle/tests/testing/raw_client.h"
#include "trestle/tests/testing/running_server.h"
#include "trestle/tests/testing/test_concurrency.h"

namespace trestle {
namespace {

using test::shop::GetItemRequest;
using test::shop::Item;

constexpr char kTrace[] = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr char kSpan[] = "00f067aa0ba902b7";

class TracerTest : public testing::Test {
 protected:
  void Start(const TracerOptions& options) {
    ServerOptions server_options;
    server_options.work.concurrency = TestConcurrency();
    server_ = std::make_unique<Server>(server_options);
    ASSERT_TRUE(server_
                    ->Add({Unary<GetItemRequest, Item>("/trestle.test.shop.Shop/GetItem",
                                                       {"GET", "/v1/{name=items/*}"})},
                          backend_.get())
                    .ok());
    auto tracer = Tracer::Start(options);
    ASSERT_TRUE(tracer.ok()) << tracer.status();
    server_->Observe(*tracer);
    server_->Use(Tracer::TraceResponse());
    running_ = std::make_unique<RunningServer>(server_.get());
  }

  // Sends a request with `headers`, and returns the head of its response.
  std::string Get(const std::string& headers) {
    RawClient client(running_->port());
    client.Send(absl::StrCat("GET /v1/items/1 HTTP/1.1\r\nHost: h\r\n", headers, "\r\n"));
    return client.ReadResponse();
  }

  // Returns the metadata of the last call that begin with a prefix of tracing.
  std::vector<std::string> Received() {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::vector<std::string> lines;
    for (const auto& [key, value] : metadata_) {
      if (absl::StartsWith(key, "trace") || absl::StartsWith(key, "b3") || key == "baggage" ||
          absl::StartsWith(key, "x-b3") || absl::StartsWith(key, "x-cloud")) {
        lines.push_back(absl::StrCat(key, ": ", value));
      }
    }
    return lines;
  }

 private:
  GenericBackend service_{[this](const GenericBackend::Call& call) {
    const std::lock_guard<std::mutex> lock(mutex_);
    metadata_ = call.metadata;
    return GenericBackend::Response{{call.request}, grpc::Status::OK, {}, {}, false};
  }};
  std::mutex mutex_;
  std::multimap<std::string, std::string> metadata_;
  std::unique_ptr<Backend> backend_ = NewGrpcBackend(service_.InProcess());
  std::unique_ptr<Server> server_;
  std::unique_ptr<RunningServer> running_;
};

// Returns the span of "traceparent: 00-TRACE-SPAN-01".
std::string SpanOf(const std::string& line) { return line.substr(line.size() - 19, 16); }

TEST_F(TracerTest, O10TheTraceOfTheClientReachesTheBackend) {
  Start({});
  const std::string response =
      Get(absl::StrCat("Traceparent: 00-", kTrace, "-", kSpan,
                       "-01\r\nTracestate: a=1\r\nTracestate: b=2\r\nBaggage: user=x\r\n"));
  const std::vector<std::string> received = Received();
  ASSERT_EQ(received.size(), 3u) << absl::StrJoin(received, "\n");
  EXPECT_EQ(received[0], "baggage: user=x");
  EXPECT_EQ(received[1].substr(0, 49), absl::StrCat("traceparent: 00-", kTrace, "-"));
  EXPECT_NE(SpanOf(received[1]), kSpan);
  EXPECT_TRUE(absl::EndsWith(received[1], "-01")) << received[1];
  EXPECT_EQ(received[2], "tracestate: a=1,b=2");

  // The span of the request is not that of the call.
  const std::string sent = HeaderOf(response, "traceresponse");
  EXPECT_EQ(sent.substr(0, 36), absl::StrCat("00-", kTrace, "-"));
  EXPECT_NE(SpanOf(sent), SpanOf(received[1]));
  EXPECT_NE(SpanOf(sent), kSpan);
}

TEST_F(TracerTest, O10AMalformedTraceBeginsANewOne) {
  Start({});
  Get(absl::StrCat("Traceparent: ff-", kTrace, "-", kSpan, "-01\r\nTracestate: a=1\r\n"));
  const std::vector<std::string> received = Received();
  ASSERT_EQ(received.size(), 1u) << absl::StrJoin(received, "\n");
  EXPECT_FALSE(absl::StrContains(received[0], kTrace)) << received[0];
  EXPECT_TRUE(absl::EndsWith(received[0], "-03")) << received[0];  // sampled, and random
}

TEST_F(TracerTest, O10OtherFormatsAreReadAndSent) {
  TracerOptions options;
  options.formats = {TraceFormat::kB3, TraceFormat::kB3Multi, TraceFormat::kCloud};
  Start(options);
  Get(absl::StrCat("B3: ", kTrace, "-", kSpan, "-0\r\nTraceparent: 00-", kTrace, "-", kSpan,
                   "-01\r\nBaggage: a=1\r\n"));
  const std::vector<std::string> received = Received();
  ASSERT_EQ(received.size(), 6u) << absl::StrJoin(received, "\n");
  EXPECT_TRUE(absl::StartsWith(received[0], absl::StrCat("b3: ", kTrace, "-"))) << received[0];
  EXPECT_EQ(received[2], "x-b3-sampled: 0");
  EXPECT_EQ(received[4], absl::StrCat("x-b3-traceid: ", kTrace));
  EXPECT_TRUE(absl::StartsWith(received[5], absl::StrCat("x-cloud-trace-context: ", kTrace, "/")))
      << received[5];
}

TEST(TraceResponseTest, ReplacesTheFieldOfAnInnerHandler) {
  const Handler handler = Tracer::TraceResponse()([](Request&) {
    Reply reply;
    reply.http.headers = {{"Traceresponse", "of another gateway"}, {"a", "b"}};
    return reply;
  });
  RequestRecord record;
  record.trace.trace_id[0] = record.trace.span_id[0] = 0xAB;
  Request request;
  request.record = &record;
  const Reply reply = handler(request);
  ASSERT_EQ(reply.http.headers.size(), 2u);
  EXPECT_EQ(reply.http.headers[1].name, "traceresponse");
  EXPECT_EQ(reply.http.headers[1].value, "00-ab000000000000000000000000000000-ab00000000000000-00");
}

TEST(TracerOptionsTest, O11SayWhatIsWrong) {
  TracerOptions options;
  options.ratio = 1.5;
  EXPECT_EQ(CheckTracerOptions(options).message(),
            "TracerOptions::ratio: 1.5 is not between 0 and 1");
}

}  // namespace
}  // namespace trestle
