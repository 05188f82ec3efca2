// Metrics of a server, for Prometheus and what reads its formats: requests by route, calls to
// backends, connections, TLS, memory, the process, and a program's own.
//
//   trestle::Server server(options);
//   ... server.Add(...), server.Handle(...) ...
//   std::shared_ptr<trestle::Metrics> metrics = trestle::ObserveMetrics({}, &server);
//   ... MetricsHandler(metrics) serves a scraper, on the admin listener or on another server.
//
// docs/operations/metrics.md describes every metric.

#ifndef TRESTLE_SERVER_METRICS_H_
#define TRESTLE_SERVER_METRICS_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "trestle/server/handler.h"
#include "trestle/server/metrics_format.h"
#include "trestle/server/request_observer.h"
#include "trestle/server/route_info.h"
#include "trestle/server/server.h"
#include "trestle/server/server_stats.h"

namespace trestle {

struct MetricsOptions {
  // Upper bounds of the buckets of durations, in seconds, ascending; +Inf is added. The default is
  // that of OpenTelemetry's HTTP conventions.
  std::vector<double> duration_buckets = {0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25,
                                          0.5,   0.75, 1,     2.5,  5,     7.5, 10};
  // The same for the sizes of bodies, in bytes.
  std::vector<double> size_buckets = {1024, 8192, 65536, 524288, 4194304, 33554432};
  // Series that one custom metric may have. Further label values are counted together, in the
  // series whose labels are all "_other".
  size_t max_custom_series = 1000;
};

// Fails with InvalidArgument, which names the option and the value, for buckets that are not
// positive numbers in ascending order, or more than 100.
absl::Status CheckMetricsOptions(const MetricsOptions& options);

// The values of a metric's labels, in the order of their names. Any text; escaped in a scrape.
using LabelValues = absl::Span<const absl::string_view>;

// Custom metrics. They are thread-safe, belong to the Metrics that made them, and do not wait.
// If the number of values is not that of the labels, the series "_other" is used.

class Counter {
 public:
  virtual ~Counter() = default;
  // Adds `amount`, which must not be negative.
  virtual void Add(double amount, LabelValues labels) = 0;
  void Increment(LabelValues labels) { Add(1, labels); }
};

class Gauge {
 public:
  virtual ~Gauge() = default;
  virtual void Set(double value, LabelValues labels) = 0;
  virtual void Add(double amount, LabelValues labels) = 0;
};

class Histogram {
 public:
  virtual ~Histogram() = default;
  virtual void Observe(double value, LabelValues labels) = 0;
};

// Thread-safe. Counting a request takes no lock; each loop counts in memory of its own, and a
// scrape adds that up. The number of series is bounded whatever clients send.
class Metrics final : public RequestObserver {
 public:
  // `routes` are those of Server::routes, complete, and are copied. `stats` is called
  // by each scrape; null: no metrics of connections, TLS, memory and fibers. `options` must be
  // valid (CheckMetricsOptions).
  Metrics(const MetricsOptions& options, const std::vector<const RouteInfo*>& routes,
          std::function<ServerStats()> stats);
  ~Metrics() override;
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // Returns all metrics as text, whose Content-Type is ContentTypeOf(format). May be called from
  // any thread. It can take tens of milliseconds if thousands of routes are in use: call it on a
  // thread that serves no requests, such as one of RunBlocking (concurrency/blocking.h).
  std::string Scrape(MetricsFormat format) const;

  // Add a custom metric with the given names of labels, which may be none. Fail with
  // InvalidArgument for a name or label that Prometheus does not allow, a counter whose name does
  // not end in "_total", another metric whose name does, or invalid buckets; and with
  // AlreadyExists for a name that is taken. The result lives as long as this.
  absl::StatusOr<Counter*> AddCounter(absl::string_view name, absl::string_view help,
                                      const std::vector<std::string>& labels);
  absl::StatusOr<Gauge*> AddGauge(absl::string_view name, absl::string_view help,
                                  const std::vector<std::string>& labels);
  absl::StatusOr<Histogram*> AddHistogram(absl::string_view name, absl::string_view help,
                                          const std::vector<std::string>& labels,
                                          const std::vector<double>& buckets);

  // Adds a metric without labels whose value is that of `value` during a scrape: a counter if the
  // name ends in "_total", else a gauge. `value` is called by the thread that scrapes, must not
  // block, and must be valid as long as this. Fails as AddCounter does, but names that begin with
  // "trestle_log_" and "trestle_spans_" are allowed: they are those of the gateway program.
  absl::Status AddCallback(absl::string_view name, absl::string_view help,
                           std::function<double()> value);

  void OnBegin(Request& request, RequestRecord& record) override;
  void OnEnd(const RequestRecord& record) override;

 private:
  struct Rep;
  const std::unique_ptr<Rep> rep_;
};

// Makes the metrics of `*server` and adds them to its observers. Call it after Add and Handle, and
// before Listen and AsHandler. The server must outlive scrapes.
std::shared_ptr<Metrics> ObserveMetrics(const MetricsOptions& options, Server* server);

// Returns a handler that responds with a scrape of `metrics` in the format that the request's
// Accept asks for. It scrapes where it may block (concurrency/blocking.h), so that no loop waits
// for it.
Handler MetricsHandler(std::shared_ptr<const Metrics> metrics);

}  // namespace trestle

#endif  // TRESTLE_SERVER_METRICS_H_
