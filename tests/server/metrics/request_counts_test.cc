// What requests count, without a server.

#include "trestle/server/metrics/request_counts.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "trestle/server/concurrency/thread_shard.h"
#include "trestle/server/metrics/request_metrics.h"

namespace trestle {
namespace {

std::vector<RouteInfo> MakeRoutes() {
  std::vector<RouteInfo> routes(4);
  for (size_t i = 0; i < routes.size(); ++i) routes[i].index = i;
  routes[0].http_method = "GET";
  routes[0].path = "/v1/{name=items/*}";
  routes[0].service = "shop.Shop";
  routes[0].method = "GetItem";
  routes[1] = routes[0];
  routes[1].index = 1;
  routes[1].path = "/v2/a\"\n\\{name}";
  routes[2].http_method = "*";
  routes[2].path = "/files/**";
  routes[3].http_method = "PURGE";
  routes[3].path = "/v1/{name=items/*}:watch";
  routes[3].service = "shop.Shop";
  routes[3].method = "Watch";
  routes[3].server_streaming = true;
  return routes;
}

// A request that has ended.
struct Ended {
  const char* method = "GET";  // null: malformed
  int route = 0;               // -1: none
  int status = 200;
  int grpc_code = 0;  // -1: no call
  Termination termination = Termination::kComplete;
  int milliseconds = 1;
  uint64_t bytes_in = 0;
  uint64_t bytes_out = 0;
  bool is_tls = false;
  uint64_t messages = 0;
  bool is_sampled = false;
};

class RequestCountsTest : public testing::Test {
 protected:
  RequestCountsTest() {
    for (const RouteInfo& route : routes_) pointers_.push_back(&route);
    counts_ =
        std::make_unique<RequestCounts>(pointers_, RequestBounds{{5000000, 10000000}, {100, 1000}});
    metrics_ = std::make_unique<RequestMetrics>(pointers_, std::vector<double>{0.005, 0.01},
                                                std::vector<double>{100, 1000});
  }

  void Count(const Ended& ended) {
    Request request;
    RequestRecord record;
    if (ended.method != nullptr) {
      request.http.method = ended.method;
      request.is_tls = ended.is_tls;
      record.request = &request;
      counts_->Begin(request, &record);
    }
    if (ended.route >= 0) record.route = pointers_[static_cast<size_t>(ended.route)];
    record.began = absl::UnixEpoch();
    record.ended = record.began + absl::Milliseconds(ended.milliseconds);
    record.status = ended.status;
    record.termination = ended.termination;
    record.request_bytes = ended.bytes_in;
    record.response_bytes = ended.bytes_out;
    record.messages_sent = ended.messages;
    record.messages_received = 2 * ended.messages;
    if (ended.grpc_code >= 0) {
      record.grpc_code = ended.grpc_code;
      record.call_began = record.began;
      record.call_ended = record.ended;
    }
    record.trace.is_sampled = ended.is_sampled;
    record.trace.trace_id[0] = 0xAB;
    counts_->End(record);
  }

  // Returns the lines with `part`, without comments.
  std::string LinesWith(absl::string_view part,
                        MetricsFormat format = MetricsFormat::kPrometheus) const {
    Exposition out(format, 0);
    metrics_->Write(*counts_, &out);
    std::string lines;
    for (absl::string_view line : absl::StrSplit(out.Finish(), '\n')) {
      if (absl::StrContains(line, part) && line[0] != '#') absl::StrAppend(&lines, line, "\n");
    }
    return lines;
  }
  // Returns the labels of the durations' counts, a line each.
  std::string Series() const {
    std::string series;
    for (absl::string_view line : absl::StrSplit(LinesWith("duration_seconds_count"), '\n')) {
      if (absl::ConsumePrefix(&line, "http_server_request_duration_seconds_count")) {
        absl::StrAppend(&series, line, "\n");
      }
    }
    return series;
  }

  const std::vector<RouteInfo> routes_ = MakeRoutes();
  std::vector<const RouteInfo*> pointers_;
  std::unique_ptr<RequestCounts> counts_;
  std::unique_ptr<RequestMetrics> metrics_;
};

TEST_F(RequestCountsTest, O7NamesAndLabels) {
  Count({"GET", 0, 200, 0, Termination::kComplete, 1, 0, 150});
  Count({"GET", 0, 200, 0, Termination::kComplete, 7, 2000, 50});
  Count({"GET", 0, 200, 0, Termination::kComplete, 5, 100, 0});
  constexpr char kLabels[] =
      "http_request_method=\"GET\",http_response_status_code=\"200\","
      "http_route=\"/v1/{name=items/*}\",url_scheme=\"http\"";
  const auto histogram = [&](absl::string_view name, absl::string_view labels,
                             const std::vector<std::string>& lines) {
    return absl::StrCat(name, "_bucket{", labels, ",le=", lines[0], "\n", name, "_bucket{", labels,
                        ",le=", lines[1], "\n", name, "_bucket{", labels, ",le=", lines[2], "\n",
                        name, "_sum{", labels, "} ", lines[3], "\n", name, "_count{", labels, "} ",
                        lines[4], "\n");
  };
  EXPECT_EQ(LinesWith("http_server_request_duration_seconds"),
            histogram("http_server_request_duration_seconds", kLabels,
                      {"\"0.005\"} 2", "\"0.01\"} 3", "\"+Inf\"} 3", "0.013000000000000001", "3"}));
  EXPECT_EQ(LinesWith("http_server_request_body_size_bytes"),
            histogram("http_server_request_body_size_bytes", kLabels,
                      {"\"100\"} 2", "\"1000\"} 2", "\"+Inf\"} 3", "2100", "3"}));
  EXPECT_EQ(LinesWith("http_server_response_body_size_bytes"),
            histogram("http_server_response_body_size_bytes", kLabels,
                      {"\"100\"} 2", "\"1000\"} 3", "\"+Inf\"} 3", "200", "3"}));
  EXPECT_EQ(LinesWith("rpc_client_duration_seconds"),
            histogram("rpc_client_duration_seconds",
                      "rpc_grpc_status_code=\"0\",rpc_service=\"shop.Shop\","
                      "rpc_method=\"GetItem\",rpc_system=\"grpc\"",
                      {"\"0.005\"} 2", "\"0.01\"} 3", "\"+Inf\"} 3", "0.013000000000000001", "3"}));
}

TEST_F(RequestCountsTest, O7EachRequestHasOneSeries) {
  const struct {
    Ended ended;
    std::string series;
  } kRows[] = {
      {{"GET", 0},
       "{http_request_method=\"GET\",http_response_status_code=\"200\","
       "http_route=\"/v1/{name=items/*}\",url_scheme=\"http\"} 1\n"},
      {{"HEAD", 1, 200, 0, Termination::kComplete, 1, 0, 0, true},
       "{http_request_method=\"HEAD\",http_response_status_code=\"200\","
       "http_route=\"/v2/a\\\"\\n\\\\{name}\",url_scheme=\"https\"} 1\n"},
      {{"PURGE", 3},
       "{http_request_method=\"PURGE\",http_response_status_code=\"200\","
       "http_route=\"/v1/{name=items/*}:watch\",url_scheme=\"http\"} 1\n"},
      {{"BREW", 2, 404, -1},
       "{http_request_method=\"_OTHER\",http_response_status_code=\"404\","
       "http_route=\"/files/**\",url_scheme=\"http\"} 1\n"},
      {{"get", 2, 404, -1},
       "{http_request_method=\"_OTHER\",http_response_status_code=\"404\","
       "http_route=\"/files/**\",url_scheme=\"http\"} 1\n"},
      {{"GET", -1, 404, -1},
       "{http_request_method=\"GET\",http_response_status_code=\"404\",url_scheme=\"http\"} 1\n"},
      {{nullptr, -1, 400, -1},
       "{http_request_method=\"_OTHER\",http_response_status_code=\"400\"} 1\n"},
      {{"GET", 0, 500, 13},
       "{http_request_method=\"GET\",http_response_status_code=\"500\","
       "http_route=\"/v1/{name=items/*}\",url_scheme=\"http\",error_type=\"500\"} 1\n"},
      {{"GET", 0, 504, 4, Termination::kDeadline},
       "{http_request_method=\"GET\",http_response_status_code=\"504\","
       "http_route=\"/v1/{name=items/*}\",url_scheme=\"http\","
       "error_type=\"deadline_exceeded\"} 1\n"},
      {{"GET", 0, 499, 1, Termination::kClientGone},
       "{http_request_method=\"GET\",http_response_status_code=\"499\","
       "http_route=\"/v1/{name=items/*}\",url_scheme=\"http\","
       "error_type=\"client_disconnected\"} 1\n"},
      {{"GET", 0, 413, -1, Termination::kLimit},
       "{http_request_method=\"GET\",http_response_status_code=\"413\","
       "http_route=\"/v1/{name=items/*}\",url_scheme=\"http\"} 1\n"},
      {{"GET", 0, -5, -1},
       "{http_request_method=\"GET\",http_route=\"/v1/{name=items/*}\",url_scheme=\"http\"} 1\n"},
  };
  std::string before;
  for (const auto& row : kRows) {
    counts_ =
        std::make_unique<RequestCounts>(pointers_, RequestBounds{{5000000, 10000000}, {100, 1000}});
    Count(row.ended);
    EXPECT_EQ(Series(), row.series);
  }
}

TEST_F(RequestCountsTest, RpcsOfSeveralRoutesAreOneAndStreamsHaveMessages) {
  Count({"GET", 0});
  Count({"GET", 1});
  Count({"GET", 1, 404, 5});
  Count({"GET", 1, 500, 99});  // not a code of gRPC
  Ended stream{"GET", 3};
  stream.messages = 5;
  Count(stream);
  EXPECT_EQ(LinesWith("rpc_client_duration_seconds_count"),
            "rpc_client_duration_seconds_count{rpc_grpc_status_code=\"0\",rpc_service=\"shop.Shop\""
            ",rpc_method=\"GetItem\",rpc_system=\"grpc\"} 2\n"
            "rpc_client_duration_seconds_count{rpc_grpc_status_code=\"2\",rpc_service=\"shop.Shop\""
            ",rpc_method=\"GetItem\",rpc_system=\"grpc\"} 1\n"
            "rpc_client_duration_seconds_count{rpc_grpc_status_code=\"5\",rpc_service=\"shop.Shop\""
            ",rpc_method=\"GetItem\",rpc_system=\"grpc\"} 1\n"
            "rpc_client_duration_seconds_count{rpc_grpc_status_code=\"0\",rpc_service=\"shop.Shop\""
            ",rpc_method=\"Watch\",rpc_system=\"grpc\"} 1\n");
  EXPECT_EQ(LinesWith("messages"),
            "trestle_rpc_stream_messages_total{direction=\"sent\",rpc_service=\"shop.Shop\","
            "rpc_method=\"Watch\"} 5\n"
            "trestle_rpc_stream_messages_total{direction=\"received\",rpc_service=\"shop.Shop\","
            "rpc_method=\"Watch\"} 10\n");
}

TEST_F(RequestCountsTest, O7RefusalsAreCountedByReason) {
  Count({"GET", 0, 503, -1, Termination::kOverload});
  Count({nullptr, -1, 431, -1, Termination::kLimit});
  Count({"GET", 0, 413, -1, Termination::kLimit});
  Count({"GET", 0, 429, -1});
  Count({"GET", 0, 401, -1});
  Count({"GET", 0, 403, -1});
  Count({"GET", 0, 403, 7});  // by the backend
  EXPECT_EQ(LinesWith("refused"),
            "trestle_requests_refused_total{reason=\"overload\"} 1\n"
            "trestle_requests_refused_total{reason=\"limits\"} 2\n"
            "trestle_requests_refused_total{reason=\"policy\"} 3\n");
}

TEST_F(RequestCountsTest, O8KeysOfARouteAreBounded) {
  for (int status = 100; status <= 999; ++status) Count({"GET", 0, status, status % 20 - 1});
  size_t lines = 0;
  for (const char c : Series()) lines += c == '\n' ? 1 : 0;
  EXPECT_EQ(lines, RequestCounts::kMaxKeys + 1);
  EXPECT_EQ(counts_->others(), 900 - RequestCounts::kMaxKeys);
  EXPECT_TRUE(absl::StrContains(
      Series(), absl::StrCat("{http_request_method=\"_OTHER\",http_response_status_code=\"_other\","
                             "http_route=\"/v1/{name=items/*}\"} ",
                             900 - RequestCounts::kMaxKeys, "\n")))
      << Series();
}

TEST_F(RequestCountsTest, O9LoopsAndOtherThreadsAreAddedUp) {
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 6; ++thread) {
    threads.emplace_back([&, thread] {
      std::unique_ptr<LoopShard> shard;
      if (thread < 3) shard = std::make_unique<LoopShard>();
      for (int i = 0; i < 1000; ++i) Count({"GET", i % 2, i % 4 == 0 ? 200 : 404});
    });
  }
  // A scrape at the same time sees some of them.
  for (int i = 0; i < 20; ++i) EXPECT_NE(LinesWith("active_requests"), "");
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Series(),
            "{http_request_method=\"GET\",http_response_status_code=\"200\","
            "http_route=\"/v1/{name=items/*}\",url_scheme=\"http\"} 1500\n"
            "{http_request_method=\"GET\",http_response_status_code=\"404\","
            "http_route=\"/v1/{name=items/*}\",url_scheme=\"http\"} 1500\n"
            "{http_request_method=\"GET\",http_response_status_code=\"404\","
            "http_route=\"/v2/a\\\"\\n\\\\{name}\",url_scheme=\"http\"} 3000\n");
  EXPECT_EQ(LinesWith("active_requests"),
            "http_server_active_requests{http_request_method=\"GET\",url_scheme=\"http\"} 0\n");
}

TEST_F(RequestCountsTest, RequestsInProgressAreThoseThatHaveNotEnded) {
  Request request;
  request.http.method = "POST";
  request.is_tls = true;
  RequestRecord record;
  record.request = &request;
  counts_->Begin(request, &record);
  EXPECT_EQ(LinesWith("active_requests"),
            "http_server_active_requests{http_request_method=\"GET\",url_scheme=\"http\"} 0\n"
            "http_server_active_requests{http_request_method=\"POST\",url_scheme=\"https\"} 1\n");
  // Middleware may change it, and it may end on another thread.
  request.http.method = "PUT";
  record.began = record.ended = absl::UnixEpoch();
  std::thread([&] { counts_->End(record); }).join();
  EXPECT_EQ(LinesWith("active_requests"),
            "http_server_active_requests{http_request_method=\"GET\",url_scheme=\"http\"} 0\n");
}

TEST_F(RequestCountsTest, O3SampledTracesAreExemplars) {
  Ended sampled;
  sampled.is_sampled = true;
  sampled.milliseconds = 7;
  Count({"GET", 0});
  const absl::Time before = absl::Now() - absl::Milliseconds(1);
  Count(sampled);
  EXPECT_EQ(LinesWith("trace_id"), "");
  const std::string line = LinesWith("trace_id", MetricsFormat::kOpenMetrics);
  const size_t time = line.rfind(' ');
  EXPECT_EQ(line.substr(0, time),
            "http_server_request_duration_seconds_bucket{http_request_method=\"GET\","
            "http_response_status_code=\"200\",http_route=\"/v1/{name=items/*}\","
            "url_scheme=\"http\",le=\"0.01\"} 2 # {trace_id=\"ab000000000000000000000000000000\","
            "span_id=\"0000000000000000\"} 0.007");
  // A time of day.
  double seconds = 0;
  ASSERT_TRUE(absl::SimpleAtod(line.substr(time), &seconds)) << line;
  EXPECT_GE(absl::FromUnixMillis(std::llround(seconds * 1000)), before);
  EXPECT_LE(absl::FromUnixMillis(std::llround(seconds * 1000)), absl::Now());
}

TEST(ThreadShardTest, LoopsHaveShardsOfTheirOwn) {
  const size_t of_test = ThisThreadShard();
  EXPECT_GE(of_test, kLoopShards);
  EXPECT_LT(of_test, kShards);
  size_t first = 0;
  {
    const LoopShard shard;
    first = ThisThreadShard();
    EXPECT_LT(first, kLoopShards);
    std::thread([&] {
      const LoopShard other;
      EXPECT_LT(ThisThreadShard(), kLoopShards);
      EXPECT_NE(ThisThreadShard(), first);
    }).join();
  }
  std::thread([&] {
    const LoopShard again;
    EXPECT_EQ(ThisThreadShard(), first);
  }).join();
  EXPECT_GE(ThisThreadShard(), kLoopShards);
}

}  // namespace
}  // namespace trestle
