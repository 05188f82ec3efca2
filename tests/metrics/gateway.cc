// A gateway with every kind of metric, for check.py. Prints its URL, serves /metrics, and ends when
// its standard input does.

#include <iostream>
#include <memory>
#include <string>
#include <thread>

#include "absl/strings/match.h"
#include "tests/server/gateway/shop.pb.h"
#include "trestle/server/metrics.h"
#include "trestle/server/server.h"

namespace trestle {
namespace {

// Returns each request as the response, and as three messages of a stream.
class EchoBackend final : public Backend {
 public:
  absl::Status Unary(absl::string_view, CallContext&, std::string request,
                     WireBytes* response) override {
    if (absl::StrContains(request, "none")) return absl::NotFoundError("none");
    *response = WireBytes(std::move(request));
    return absl::OkStatus();
  }
  absl::StatusOr<std::unique_ptr<BackendStream>> Stream(absl::string_view, CallContext&) override {
    return std::unique_ptr<BackendStream>(std::make_unique<Messages>());
  }

 private:
  class Messages final : public BackendStream {
   public:
    bool Write(std::string) override { return true; }
    void WritesDone() override {}
    Got Read(absl::Time, WireBytes* message) override {
      *message = WireBytes(std::string());
      return left_-- > 0 ? Got::kMessage : Got::kEnd;
    }
    absl::Status Finish() override { return absl::OkStatus(); }
    void Cancel() override {}

   private:
    int left_ = 3;
  };
};

// Gives each request a trace, which is sampled.
class Tracer final : public RequestObserver {
 public:
  void OnBegin(Request&, RequestRecord& record) override {
    record.trace.trace_id[0] = 0xAB;
    record.trace.span_id[0] = 0xCD;
    record.trace.is_sampled = true;
  }
  void OnEnd(const RequestRecord&) override {}
};

template <typename T>
T OrDie(absl::StatusOr<T> value) {
  if (value.ok()) return *std::move(value);
  std::cerr << value.status() << "\n";
  std::exit(1);
}

void AddCustomMetrics(Metrics* metrics) {
  Counter* const counter =
      OrDie(metrics->AddCounter("shop_orders_total", "Of a \"shop\"\n\\.", {"plan"}));
  for (const char* plan : {"gold", "a\"} 1\nforged_total 1\\", "\xFF\xC0", "\xE2\x82\xAC"}) {
    counter->Increment({plan});
  }
  OrDie(metrics->AddGauge("shop_queue", "Queue.", {}))->Set(-1.5, {});
  OrDie(metrics->AddHistogram("shop_wait_seconds", "Waits.", {"plan"}, {0.001, 1, 1e6}))
      ->Observe(2, {"gold"});
}

void Run() {
  EchoBackend backend;
  Server server({});
  const absl::Status status =
      server.Add({Unary<test::shop::GetItemRequest, test::shop::Item>(
                      "/trestle.test.shop.Shop/GetItem", {"GET", "/v1/{name=items/*}"}),
                  ServerStreaming<test::shop::GetItemRequest, test::shop::Item>(
                      "/trestle.test.shop.Shop/Watch", {"GET", "/v1/{name=items/*}:watch"})},
                 &backend);
  // The routes have to be known before the metrics.
  Handler scrape;
  const auto handle = [&scrape](Request& request) { return scrape(request); };
  if (!status.ok() || !server.Handle("GET", "/metrics", handle).ok()) std::exit(1);
  server.Observe(std::make_shared<Tracer>());
  const std::shared_ptr<Metrics> metrics = ObserveMetrics({}, &server);
  scrape = MetricsHandler(metrics);
  AddCustomMetrics(metrics.get());
  std::cout << OrDie(server.Listen("127.0.0.1:0")) << std::endl;
  std::thread stopper([&server] {
    std::string line;
    while (std::getline(std::cin, line)) continue;
    server.Shutdown();
  });
  server.Run();
  stopper.join();
}

}  // namespace
}  // namespace trestle

int main() { trestle::Run(); }
