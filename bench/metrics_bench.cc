// Measures the cost of metrics: the CPU time of a small request with and without them, in turns in
// one run; the time of a scrape with 10,000 routes; and the latency of requests during scrapes.
//
//   ./dev bench metrics [ROUNDS]

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "bench/codec.pb.h"
#include "google/protobuf/descriptor.h"
#include "trestle/server/concurrency/clock.h"
#include "trestle/server/concurrency/thread_shard.h"
#include "trestle/server/http/connection.h"
#include "trestle/server/http/frontend.h"
#include "trestle/server/http/request_observers.h"
#include "trestle/server/http/transport.h"
#include "trestle/server/metrics.h"
#include "trestle/server/server.h"
#include "trestle/transcoding/codec/schema.h"
#include "trestle/transcoding/error_encoder.h"

namespace trestle {
namespace {

constexpr size_t kRoutes = 10000;

// Seconds of CPU time of this thread.
double CpuSeconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double Percentile(std::vector<double> values, double share) {
  const auto place =
      values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), place, values.end());
  return *place;
}
double Median(std::vector<double> values) { return Percentile(std::move(values), 0.5); }

// ---- a request, without a socket

// Receives one request for each Offer, and drops what is sent.
class MemoryTransport final : public SocketTransport {
 public:
  explicit MemoryTransport(std::string request) : request_(std::move(request)) {}
  void Offer() { is_offered_ = true; }

  IoResult Receive(char* to, size_t size) override {
    if (!std::exchange(is_offered_, false)) return {IoResult::kWantsRead};
    const size_t bytes = std::min(size, request_.size());
    std::memcpy(to, request_.data(), bytes);
    return {IoResult::kBytes, bytes};
  }
  IoResult Send(const iovec* parts, size_t count) override {
    size_t bytes = 0;
    for (size_t i = 0; i < count; ++i) bytes += parts[i].iov_len;
    sent_ += bytes;
    return {IoResult::kBytes, bytes};
  }
  bool MayHoldMore() const override { return false; }
  void EndSending() override {}
  size_t sent() const { return sent_; }

 private:
  const std::string request_;
  bool is_offered_ = false;
  size_t sent_ = 0;
};

// Returns each request as the response.
class EchoBackend final : public Backend {
 public:
  absl::Status Unary(absl::string_view, CallContext&, std::string request,
                     WireBytes* response) override {
    *response = WireBytes(std::move(request));
    return absl::OkStatus();
  }
  absl::StatusOr<std::unique_ptr<BackendStream>> Stream(absl::string_view, CallContext&) override {
    return absl::UnimplementedError("");
  }
};

class NoObserver final : public RequestObserver {
 public:
  void OnBegin(Request&, RequestRecord&) override {}
  void OnEnd(const RequestRecord&) override {}
};

// A front end with a connection of its own.
class Path {
 public:
  Path(const Handler& handler, const ErrorEncoder& errors,
       std::shared_ptr<RequestObserver> observer)
      : observers_(Observers(std::move(observer))),
        frontend_(FrontendOptions(), handler, errors, &observers_) {
    auto transport =
        std::make_unique<MemoryTransport>("GET /v1/items/1 HTTP/1.1\r\nHost: localhost\r\n\r\n");
    transport_ = transport.get();
    connection_ = std::make_unique<Connection>(open("/dev/null", O_RDONLY), std::move(transport),
                                               "127.0.0.1", WriteLimits());
  }

  // Returns the seconds of CPU time for each of `requests`.
  double Run(int requests) {
    const double begin = CpuSeconds();
    for (int i = 0; i < requests; ++i) {
      transport_->Offer();
      if (!connection_->OnReadable() || !frontend_.Serve(*connection_)) std::abort();
    }
    return (CpuSeconds() - begin) / requests;
  }

 private:
  static RequestObservers Observers(std::shared_ptr<RequestObserver> observer) {
    RequestObservers observers;
    if (observer != nullptr) observers.Add(std::move(observer));
    return observers;
  }

  const RequestObservers observers_;
  Frontend frontend_;
  MemoryTransport* transport_;
  std::unique_ptr<Connection> connection_;
};

void MeasureRequests(int rounds) {
  constexpr int kInARow = 5000;
  const LoopShard shard;  // as a loop has
  EchoBackend backend;
  Server server({});
  const std::vector<ServiceRoute> routes = {
      Unary<bench::Author, bench::Author>("/shop.Shop/GetItem", {"GET", "/v1/items/{name}"})};
  if (!server.Add(routes, &backend).ok()) std::abort();
  const Handler handler = server.AsHandler();
  SchemaPool schemas(google::protobuf::DescriptorPool::generated_pool());
  const Options options;
  const ErrorEncoder errors(&schemas, &options);
  const auto metrics = std::make_shared<Metrics>(MetricsOptions(), server.routes(), nullptr);
  const struct {
    const char* name;
    std::unique_ptr<Path> path;
  } kinds[] = {{"off", std::make_unique<Path>(handler, errors, nullptr)},
               {"an observer that does nothing",
                std::make_unique<Path>(handler, errors, std::make_shared<NoObserver>())},
               {"on", std::make_unique<Path>(handler, errors, metrics)}};
  std::vector<double> times[3];
  for (int round = -1; round < rounds; ++round) {
    for (size_t kind = 0; kind < 3; ++kind) {
      const double time = 1e6 * kinds[kind].path->Run(kInARow);
      if (round >= 0) times[kind].push_back(time);
    }
  }
  std::printf("CPU time of a request, without kernel and gRPC, %d rounds of %d:\n", rounds,
              kInARow);
  for (size_t kind = 0; kind < 3; ++kind) {
    std::vector<double> more;
    for (size_t i = 0; i < times[kind].size(); ++i) more.push_back(times[kind][i] - times[0][i]);
    std::printf("  %-30s median %6.3f us  quickest %6.3f us  more than off %+6.3f us\n",
                kinds[kind].name, Median(times[kind]),
                *std::min_element(times[kind].begin(), times[kind].end()), Median(more));
  }
}

// ---- scrapes

std::deque<RouteInfo> ManyRoutes() {
  std::deque<RouteInfo> routes;
  for (size_t i = 0; i < kRoutes; ++i) {
    RouteInfo route;
    route.index = i;
    route.http_method = "GET";
    route.path = absl::StrCat("/v1/shelves/{shelf}/things", i, "/{thing}");
    route.service = absl::StrCat("example.library.v1.Service", i / 10);
    route.method = absl::StrCat("GetThing", i);
    routes.push_back(route);
  }
  return routes;
}

void CountOne(const RouteInfo& route, Metrics* metrics) {
  Request request;
  request.http.method = "GET";
  RequestRecord record;
  record.request = &request;
  metrics->OnBegin(request, record);
  record.route = &route;
  record.began = MonotonicNow();
  record.BeginCall();
  record.EndCall(absl::OkStatus());
  record.BeginResponse(200);
  record.Finish(true, absl::nullopt);
  metrics->OnEnd(record);
}

void MeasureScrapes() {
  std::printf("a scrape with %zu routes:\n", kRoutes);
  const std::deque<RouteInfo> routes = ManyRoutes();
  std::vector<const RouteInfo*> pointers;
  for (const RouteInfo& route : routes) pointers.push_back(&route);
  for (const size_t used : {size_t{0}, size_t{100}, kRoutes / 10, kRoutes}) {
    Metrics metrics({}, pointers, nullptr);
    // As with two loops.
    for (int loop = 0; loop < 2; ++loop) {
      std::thread([&] {
        const LoopShard shard;
        for (size_t i = 0; i < used; ++i) CountOne(routes[i], &metrics);
      }).join();
    }
    std::vector<double> times;
    size_t size = 0;
    for (int i = 0; i < 11; ++i) {
      const double begin = CpuSeconds();
      size = metrics.Scrape(MetricsFormat::kPrometheus).size();
      times.push_back(1e3 * (CpuSeconds() - begin));
    }
    std::printf("  %5zu of them in use: median %7.2f ms of CPU time, %9.1f KB\n", used,
                Median(times), static_cast<double>(size) / 1000);
  }
}

// ---- requests during scrapes

int Connect(const std::string& url) {
  int port = 0;
  if (!absl::SimpleAtoi(url.substr(url.rfind(':') + 1), &port)) std::abort();
  const int descriptor = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
    std::abort();
  }
  return descriptor;
}

// Returns the latencies of requests, one after another, in milliseconds, until `is_over`.
std::vector<double> Latencies(int descriptor, const std::function<bool()>& is_over) {
  constexpr absl::string_view kRequest = "GET /r1 HTTP/1.1\r\nHost: localhost\r\n\r\n";
  std::vector<double> latencies;
  char answer[4096];
  while (!is_over()) {
    const absl::Time begin = MonotonicNow();
    if (send(descriptor, kRequest.data(), kRequest.size(), 0) < 0) std::abort();
    if (recv(descriptor, answer, sizeof(answer), 0) <= 0) std::abort();
    latencies.push_back(absl::ToDoubleMilliseconds(MonotonicNow() - begin));
  }
  return latencies;
}

void PrintLatencies(const char* name, const std::vector<double>& latencies) {
  std::printf("  %-22s median %6.3f ms  p99 %6.3f ms  p99.9 %6.3f ms  (%zu requests)\n", name,
              Median(latencies), Percentile(latencies, 0.99), Percentile(latencies, 0.999),
              latencies.size());
}

void MeasureLatency() {
  std::printf("latency of requests with %zu routes in use:\n", kRoutes);
  ServerOptions options;
  options.work.loops = 1;
  Server server(options);
  for (size_t i = 0; i < kRoutes; ++i) {
    const auto hello = [](Request&) { return Reply::Text(200, "hello"); };
    if (!server.Handle("GET", absl::StrCat("/r", i), hello).ok()) std::abort();
  }
  const std::shared_ptr<Metrics> metrics = ObserveMetrics({}, &server);
  const absl::StatusOr<std::string> url = server.Listen("127.0.0.1:0");
  if (!url.ok()) std::abort();
  std::thread runner([&] { server.Run(); });
  for (const RouteInfo* route : server.routes()) CountOne(*route, metrics.get());
  const int descriptor = Connect(*url);
  for (int round = 0; round < 3; ++round) {
    const absl::Time end = MonotonicNow() + absl::Seconds(2);
    PrintLatencies("without scrapes", Latencies(descriptor, [&] { return MonotonicNow() > end; }));
    std::atomic<bool> is_over{false};
    std::thread scraper([&] {
      for (int i = 0; i < 20; ++i) metrics->Scrape(MetricsFormat::kPrometheus);
      is_over = true;
    });
    PrintLatencies("during 20 in a row", Latencies(descriptor, [&] { return is_over.load(); }));
    scraper.join();
  }
  close(descriptor);
  server.Shutdown();
  runner.join();
}

}  // namespace
}  // namespace trestle

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 100;
  trestle::MeasureRequests(std::max(rounds, 1));
  trestle::MeasureScrapes();
  trestle::MeasureLatency();
}
