// Writes the counts of requests as metrics: http_server_*, rpc_client_*, and refusals.

#ifndef TRESTLE_SERVER_METRICS_REQUEST_METRICS_H_
#define TRESTLE_SERVER_METRICS_REQUEST_METRICS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "trestle/server/metrics/exposition.h"
#include "trestle/server/metrics/request_counts.h"
#include "trestle/server/route_info.h"

namespace trestle {

// The texts of labels and buckets, made once. Thread-safe after construction.
class RequestMetrics {
 public:
  // The buckets are in seconds and in bytes, as in the options.
  RequestMetrics(const std::vector<const RouteInfo*>& routes, std::vector<double> durations,
                 std::vector<double> sizes);

  void Write(const RequestCounts& counts, Exposition* out) const;

 private:
  struct Group;
  struct Rpc {
    std::string labels;  // `rpc_service="...",rpc_method="..."`
    bool is_stream;
  };

  std::vector<Group> HttpGroups(const std::vector<RequestTotals>& all,
                                const MethodTable& methods) const;
  std::vector<Group> RpcGroups(const std::vector<RequestTotals>& all) const;
  void WriteMessages(const std::vector<RequestTotals>& all, Exposition* out) const;
  std::string HttpLabels(const RequestTotals& totals, const MethodTable& methods) const;

  const std::vector<double> durations_;
  const std::vector<double> sizes_;
  std::vector<std::string> routes_;   // `http_route="..."`; the last one: none
  std::vector<size_t> rpc_of_route_;  // index of rpcs_; kNone for a handler
  std::vector<Rpc> rpcs_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_METRICS_REQUEST_METRICS_H_
