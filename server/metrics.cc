// Everything that a request counts is in RequestCounts, in one cell for its route and labels. The
// text of a scrape is made of those, of the server's stats, of custom metrics, and of /proc.

#include "trestle/server/metrics.h"

#include <atomic>
#include <cmath>
#include <cstdint>
#include <mutex>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "trestle/server/concurrency/blocking.h"
#include "trestle/server/metrics/custom_metrics.h"
#include "trestle/server/metrics/exposition.h"
#include "trestle/server/metrics/process_metrics.h"
#include "trestle/server/metrics/request_counts.h"
#include "trestle/server/metrics/request_metrics.h"
#include "trestle/server/metrics/server_metrics.h"
#include "trestle/transcoding/http_fields.h"

namespace trestle {
namespace {

// Families that custom metrics must not have, and what their names must not begin with.
constexpr absl::string_view kOwnPrefixes[] = {"http_server_", "rpc_client_", "process_",
                                              "trestle_"};
// Exceptions for Metrics::AddCallback.
constexpr absl::string_view kProgramPrefixes[] = {"trestle_log_", "trestle_spans_"};

bool HasPrefix(absl::string_view name, absl::Span<const absl::string_view> prefixes) {
  return absl::c_any_of(prefixes,
                        [&](absl::string_view prefix) { return absl::StartsWith(name, prefix); });
}

absl::Status CheckPrefix(absl::string_view name) {
  for (const absl::string_view prefix : kOwnPrefixes) {
    if (absl::StartsWith(name, prefix)) {
      return absl::AlreadyExistsError(
          absl::StrCat("metric \"", name, "\": names that begin with ", prefix, " are Trestle's"));
    }
  }
  return absl::OkStatus();
}

RequestBounds BoundsOf(const MetricsOptions& options) {
  RequestBounds bounds;
  for (const double seconds : options.duration_buckets) {
    bounds.nanoseconds.push_back(static_cast<uint64_t>(std::llround(seconds * 1e9)));
  }
  for (const double bytes : options.size_buckets) {
    bounds.bytes.push_back(static_cast<uint64_t>(bytes));
  }
  return bounds;
}

absl::Status CheckOption(absl::string_view name, const std::vector<double>& buckets,
                         double largest) {
  absl::Status status = CheckBuckets(buckets);
  if (status.ok() && (buckets.front() <= 0 || buckets.back() > largest)) {
    status =
        absl::InvalidArgumentError(absl::StrCat("buckets are positive, and at most ", largest));
  }
  if (status.ok()) return status;
  return absl::InvalidArgumentError(absl::StrCat("MetricsOptions::", name, ": ", status.message()));
}

class CustomCounter final : public Counter {
 public:
  explicit CustomCounter(CustomFamily* family) : family_(*family) {}
  void Add(double amount, LabelValues labels) override { family_.Add(amount, labels); }

 private:
  CustomFamily& family_;
};

class CustomGauge final : public Gauge {
 public:
  explicit CustomGauge(CustomFamily* family) : family_(*family) {}
  void Set(double value, LabelValues labels) override { family_.Set(value, labels); }
  void Add(double amount, LabelValues labels) override { family_.Add(amount, labels); }

 private:
  CustomFamily& family_;
};

class CustomHistogram final : public Histogram {
 public:
  explicit CustomHistogram(CustomFamily* family) : family_(*family) {}
  void Observe(double value, LabelValues labels) override { family_.Observe(value, labels); }

 private:
  CustomFamily& family_;
};

}  // namespace

absl::Status CheckMetricsOptions(const MetricsOptions& options) {
  constexpr double kMostSeconds = 1e9;
  constexpr double kMostBytes = 1e18;
  if (absl::Status s = CheckOption("duration_buckets", options.duration_buckets, kMostSeconds);
      !s.ok()) {
    return s;
  }
  return CheckOption("size_buckets", options.size_buckets, kMostBytes);
}

struct Metrics::Rep {
  Rep(const MetricsOptions& options, const std::vector<const RouteInfo*>& routes,
      std::function<ServerStats()> stats)
      : stats(std::move(stats)),
        counts(routes, BoundsOf(options)),
        requests(routes, options.duration_buckets, options.size_buckets),
        custom(options.max_custom_series) {}

  template <typename Handle>
  absl::StatusOr<Handle*> Add(CustomMetric metric, std::vector<std::unique_ptr<Handle>>* handles);

  const std::function<ServerStats()> stats;
  RequestCounts counts;
  const RequestMetrics requests;
  CustomMetrics custom;
  std::mutex handles_mutex;
  std::vector<std::unique_ptr<CustomCounter>> counters;
  std::vector<std::unique_ptr<CustomGauge>> gauges;
  std::vector<std::unique_ptr<CustomHistogram>> histograms;
  mutable std::atomic<size_t> last_size{64 << 10};  // of a scrape
};

template <typename Handle>
absl::StatusOr<Handle*> Metrics::Rep::Add(CustomMetric metric,
                                          std::vector<std::unique_ptr<Handle>>* handles) {
  if (absl::Status s = CheckPrefix(metric.name); !s.ok()) return s;
  const absl::StatusOr<CustomFamily*> family = custom.Add(std::move(metric));
  if (!family.ok()) return family.status();
  const std::lock_guard<std::mutex> lock(handles_mutex);
  handles->push_back(std::make_unique<Handle>(*family));
  return handles->back().get();
}

Metrics::Metrics(const MetricsOptions& options, const std::vector<const RouteInfo*>& routes,
                 std::function<ServerStats()> stats)
    : rep_(std::make_unique<Rep>(options, routes, std::move(stats))) {}

Metrics::~Metrics() = default;

void Metrics::OnBegin(Request& request, RequestRecord& record) {
  rep_->counts.Begin(request, &record);
}

void Metrics::OnEnd(const RequestRecord& record) { rep_->counts.End(record); }

std::string Metrics::Scrape(MetricsFormat format) const {
  const size_t last = rep_->last_size.load(std::memory_order_relaxed);
  Exposition out(format, last + last / 8);
  rep_->requests.Write(rep_->counts, &out);
  if (rep_->stats != nullptr) WriteServerMetrics(rep_->stats(), absl::Now(), &out);
  out.Begin({"trestle_metrics_other_total", MetricType::kCounter,
             "Values that were counted in a series \"_other\", because the metric had too many "
             "series."});
  out.Sample(LabelText("metric", "http_server_request_duration_seconds"), rep_->counts.others());
  rep_->custom.WriteOthers(&out);
  WriteBuildInfo(&out);
  WriteProcessMetrics(&out);
  rep_->custom.Write(&out);
  std::string text = out.Finish();
  rep_->last_size.store(text.size(), std::memory_order_relaxed);
  return text;
}

absl::StatusOr<Counter*> Metrics::AddCounter(absl::string_view name, absl::string_view help,
                                             const std::vector<std::string>& labels) {
  return rep_->Add({std::string(name), MetricType::kCounter, std::string(help), labels, {}},
                   &rep_->counters);
}

absl::StatusOr<Gauge*> Metrics::AddGauge(absl::string_view name, absl::string_view help,
                                         const std::vector<std::string>& labels) {
  return rep_->Add({std::string(name), MetricType::kGauge, std::string(help), labels, {}},
                   &rep_->gauges);
}

absl::StatusOr<Histogram*> Metrics::AddHistogram(absl::string_view name, absl::string_view help,
                                                 const std::vector<std::string>& labels,
                                                 const std::vector<double>& buckets) {
  return rep_->Add({std::string(name), MetricType::kHistogram, std::string(help), labels, buckets},
                   &rep_->histograms);
}

absl::Status Metrics::AddCallback(absl::string_view name, absl::string_view help,
                                  std::function<double()> value) {
  if (!HasPrefix(name, kProgramPrefixes)) {
    if (absl::Status s = CheckPrefix(name); !s.ok()) return s;
  }
  const bool is_counter = absl::EndsWith(name, "_total");
  return rep_->custom.AddCallback({std::string(name),
                                   is_counter ? MetricType::kCounter : MetricType::kGauge,
                                   std::string(help),
                                   {},
                                   {}},
                                  std::move(value));
}

std::shared_ptr<Metrics> ObserveMetrics(const MetricsOptions& options, Server* server) {
  auto metrics =
      std::make_shared<Metrics>(options, server->routes(), [server] { return server->stats(); });
  server->Observe(metrics);
  return metrics;
}

Handler MetricsHandler(std::shared_ptr<const Metrics> metrics) {
  return [metrics = std::move(metrics)](Request& request) {
    const std::string* const accept = FindField(request.http.headers, "Accept");
    const MetricsFormat format = ChooseMetricsFormat(accept == nullptr ? "" : *accept);
    Reply reply;
    RunBlocking([&] { reply.http.body = metrics->Scrape(format); });
    reply.http.headers = {{"Content-Type", std::string(ContentTypeOf(format))}};
    return reply;
  };
}

}  // namespace trestle
