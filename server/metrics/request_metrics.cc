// Each series adds up the totals whose labels are equal: for http_server_* those of a route that
// differ in what has no label, such as the gRPC code, and for rpc_client_* those of all routes of
// an RPC.

#include "trestle/server/metrics/request_metrics.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "trestle/server/error_type.h"

namespace trestle {
namespace {

constexpr size_t kNone = std::numeric_limits<size_t>::max();

absl::string_view SchemeName(Scheme scheme) {
  switch (scheme) {
    case Scheme::kHttp:
      return "http";
    case Scheme::kHttps:
      return "https";
    case Scheme::kUnknown:
      break;
  }
  return "";
}

// Adds a label; an empty value is the same as none.
void AppendLabel(absl::string_view name, absl::string_view value, std::string* labels) {
  if (value.empty()) return;
  absl::StrAppend(labels, labels->empty() ? "" : ",", LabelText(name, value));
}

std::string StatusText(const RequestKey& key) {
  if (key.is_other) return "_other";
  return key.status == 0 ? "" : absl::StrCat(key.status);
}

enum Refusal { kOverload, kLimits, kPolicy, kRefusals };

// Returns kRefusals if the request was not refused.
Refusal RefusalOf(const RequestKey& key) {
  if (key.termination == Termination::kOverload) return kOverload;
  if (key.termination == Termination::kLimit) return kLimits;
  const bool is_of_backend = key.grpc_code.has_value();
  const bool is_policy = key.status == 401 || key.status == 403 || key.status == 429;
  return is_policy && !is_of_backend ? kPolicy : kRefusals;
}

uint64_t RequestsOf(const RequestTotals& totals, const RequestBounds& bounds) {
  uint64_t requests = 0;
  for (size_t i = 0; i < bounds.durations(); ++i) requests += totals.buckets[i];
  return requests;
}

void WriteRefusals(const std::vector<RequestTotals>& all, const RequestBounds& bounds,
                   Exposition* out) {
  std::array<uint64_t, kRefusals> counts{};
  for (const RequestTotals& totals : all) {
    const Refusal refusal = RefusalOf(totals.key);
    if (refusal != kRefusals) counts[refusal] += RequestsOf(totals, bounds);
  }
  out->Begin({"trestle_requests_refused_total", MetricType::kCounter,
              "Requests that were refused: for lack of capacity (overload), because they exceed a "
              "limit (limits), or by authentication, authorization or rate limits (policy)."});
  out->Sample("reason=\"overload\"", counts[kOverload]);
  out->Sample("reason=\"limits\"", counts[kLimits]);
  out->Sample("reason=\"policy\"", counts[kPolicy]);
}

void WriteActive(const RequestCounts& counts, Exposition* out) {
  out->Begin({"http_server_active_requests", MetricType::kGauge, "HTTP requests in progress."});
  const std::vector<uint64_t> active = counts.Active();
  for (size_t i = 0; i < active.size(); ++i) {
    const std::string& method =
        counts.methods().name(static_cast<uint8_t>(i / RequestCounts::kSchemes));
    const auto scheme = static_cast<Scheme>(i % RequestCounts::kSchemes);
    const bool is_usual = method == "GET" && scheme == Scheme::kHttp;
    if (active[i] == 0 && !is_usual) continue;
    std::string labels;
    AppendLabel("http_request_method", method, &labels);
    AppendLabel("url_scheme", SchemeName(scheme), &labels);
    out->Sample(labels, active[i]);
  }
}

}  // namespace

// The totals of one series.
struct RequestMetrics::Group {
  std::string labels;
  std::vector<const RequestTotals*> parts;

  uint64_t Sum(RequestCell::Sum sum) const {
    uint64_t all = 0;
    for (const RequestTotals* part : parts) all += part->sums[sum];
    return all;
  }
  // Sets `*counts` to the buckets from `first`.
  void Buckets(size_t first, size_t size, std::vector<uint64_t>* counts) const {
    counts->assign(size, 0);
    for (const RequestTotals* part : parts) {
      for (size_t i = 0; i < size; ++i) (*counts)[i] += part->buckets[first + i];
    }
  }
  std::vector<Exemplar> Exemplars() const {
    std::vector<Exemplar> latest;
    for (const RequestTotals* part : parts) {
      latest.resize(std::max(latest.size(), part->exemplars.size()));
      for (size_t i = 0; i < part->exemplars.size(); ++i) {
        if (part->exemplars[i].time > latest[i].time) latest[i] = part->exemplars[i];
      }
    }
    return latest;
  }
};

namespace {

// One histogram of all groups.
struct HistogramFamily {
  MetricFamily family;
  RequestCell::Sum sum;
  double unit;  // of a sum, in units of the metric
  size_t first_bucket;
  size_t buckets;
};

template <typename Group>
void WriteHistograms(const HistogramFamily& histogram, const std::vector<Group>& groups,
                     const BucketTexts& texts, Exposition* out) {
  out->Begin(histogram.family);
  std::vector<uint64_t> counts;
  for (const Group& group : groups) {
    group.Buckets(histogram.first_bucket, histogram.buckets, &counts);
    const bool has_exemplars = histogram.first_bucket == 0;
    out->Histogram(group.labels, texts, counts,
                   static_cast<double>(group.Sum(histogram.sum)) * histogram.unit,
                   has_exemplars ? group.Exemplars() : std::vector<Exemplar>());
  }
}

template <typename Group>
void WriteBodySizes(const std::vector<Group>& groups, const RequestBounds& bounds,
                    const BucketTexts& texts, Exposition* out) {
  WriteHistograms({{"http_server_request_body_size_bytes", MetricType::kHistogram,
                    "Size of the body of a request."},
                   RequestCell::kRequestBytes,
                   1,
                   bounds.durations(),
                   bounds.sizes()},
                  groups, texts, out);
  WriteHistograms({{"http_server_response_body_size_bytes", MetricType::kHistogram,
                    "Size of the body of a response."},
                   RequestCell::kResponseBytes,
                   1,
                   bounds.durations() + bounds.sizes(),
                   bounds.sizes()},
                  groups, texts, out);
}

}  // namespace

RequestMetrics::RequestMetrics(const std::vector<const RouteInfo*>& routes,
                               std::vector<double> durations, std::vector<double> sizes)
    : durations_(std::move(durations)), sizes_(std::move(sizes)) {
  std::map<std::pair<std::string, std::string>, size_t> rpcs;
  for (const RouteInfo* route : routes) {
    routes_.push_back(LabelText("http_route", route->path));
    rpc_of_route_.push_back(kNone);
    if (route->method.empty()) continue;
    const auto [it, is_new] = rpcs.emplace(std::pair(route->service, route->method), rpcs_.size());
    rpc_of_route_.back() = it->second;
    if (is_new) {
      rpcs_.push_back({absl::StrCat(LabelText("rpc_service", route->service), ",",
                                    LabelText("rpc_method", route->method)),
                       route->client_streaming || route->server_streaming});
    }
  }
  routes_.emplace_back();
  rpc_of_route_.push_back(kNone);
}

std::string RequestMetrics::HttpLabels(const RequestTotals& totals,
                                       const MethodTable& methods) const {
  const RequestKey& key = totals.key;
  std::string labels;
  AppendLabel("http_request_method", methods.name(key.method), &labels);
  AppendLabel("http_response_status_code", StatusText(key), &labels);
  const std::string& route = routes_[totals.route];
  if (!route.empty()) absl::StrAppend(&labels, ",", route);
  AppendLabel("url_scheme", SchemeName(key.scheme), &labels);
  AppendLabel("error_type", ErrorType(key.termination, key.status), &labels);
  return labels;
}

std::vector<RequestMetrics::Group> RequestMetrics::HttpGroups(const std::vector<RequestTotals>& all,
                                                              const MethodTable& methods) const {
  std::vector<Group> groups;
  size_t first = 0;  // group of the route
  for (size_t i = 0; i < all.size(); ++i) {
    if (i > 0 && all[i].route != all[i - 1].route) first = groups.size();
    std::string labels = HttpLabels(all[i], methods);
    const auto begin = groups.begin() + static_cast<std::ptrdiff_t>(first);
    auto group =
        std::find_if(begin, groups.end(), [&](const Group& one) { return one.labels == labels; });
    if (group == groups.end()) {
      groups.push_back({std::move(labels), {}});
      group = groups.end() - 1;
    }
    group->parts.push_back(&all[i]);
  }
  return groups;
}

std::vector<RequestMetrics::Group> RequestMetrics::RpcGroups(
    const std::vector<RequestTotals>& all) const {
  struct Part {
    size_t rpc;
    uint8_t code;
    const RequestTotals* totals;
  };
  std::vector<Part> parts;
  for (const RequestTotals& totals : all) {
    const size_t rpc = rpc_of_route_[totals.route];
    if (rpc == kNone || !totals.key.grpc_code.has_value()) continue;
    parts.push_back({rpc, *totals.key.grpc_code, &totals});
  }
  std::stable_sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) {
    return std::tie(a.rpc, a.code) < std::tie(b.rpc, b.code);
  });
  std::vector<Group> groups;
  for (size_t i = 0; i < parts.size(); ++i) {
    const Part& part = parts[i];
    if (i == 0 || part.rpc != parts[i - 1].rpc || part.code != parts[i - 1].code) {
      groups.push_back({absl::StrCat("rpc_grpc_status_code=\"", part.code, "\",",
                                     rpcs_[part.rpc].labels, ",rpc_system=\"grpc\""),
                        {}});
    }
    groups.back().parts.push_back(part.totals);
  }
  return groups;
}

void RequestMetrics::WriteMessages(const std::vector<RequestTotals>& all, Exposition* out) const {
  struct Messages {
    uint64_t sent = 0;
    uint64_t received = 0;
  };
  std::map<size_t, Messages> by_rpc;
  for (const RequestTotals& totals : all) {
    const size_t rpc = rpc_of_route_[totals.route];
    if (rpc == kNone || !rpcs_[rpc].is_stream) continue;
    by_rpc[rpc].sent += totals.sums[RequestCell::kMessagesSent];
    by_rpc[rpc].received += totals.sums[RequestCell::kMessagesReceived];
  }
  out->Begin({"trestle_rpc_stream_messages_total", MetricType::kCounter,
              "Messages of streaming RPCs that have ended: sent to the backend, and received from "
              "it."});
  for (const auto& [rpc, messages] : by_rpc) {
    out->Sample(absl::StrCat("direction=\"sent\",", rpcs_[rpc].labels), messages.sent);
    out->Sample(absl::StrCat("direction=\"received\",", rpcs_[rpc].labels), messages.received);
  }
}

void RequestMetrics::Write(const RequestCounts& counts, Exposition* out) const {
  const std::vector<RequestTotals> all = counts.Totals();
  const RequestBounds& bounds = counts.bounds();
  const size_t durations = bounds.durations();
  const BucketTexts duration_texts(out->format(), durations_);
  const std::vector<Group> http = HttpGroups(all, counts.methods());

  WriteHistograms({{"http_server_request_duration_seconds", MetricType::kHistogram,
                    "Time from the first byte of a request to the end of its response."},
                   RequestCell::kDuration,
                   1e-9,
                   0,
                   durations},
                  http, duration_texts, out);
  WriteActive(counts, out);
  WriteBodySizes(http, bounds, BucketTexts(out->format(), sizes_), out);
  WriteHistograms(
      {{"rpc_client_duration_seconds", MetricType::kHistogram, "Time of a call to a backend."},
       RequestCell::kCallDuration,
       1e-9,
       durations + 2 * bounds.sizes(),
       durations},
      RpcGroups(all), duration_texts, out);
  WriteMessages(all, out);
  WriteRefusals(all, bounds, out);
}

}  // namespace trestle
