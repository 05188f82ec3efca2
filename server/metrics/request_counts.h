// Counts requests by route and labels, in a shard for each loop.

#ifndef TRESTLE_SERVER_METRICS_REQUEST_COUNTS_H_
#define TRESTLE_SERVER_METRICS_REQUEST_COUNTS_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "trestle/server/concurrency/thread_shard.h"
#include "trestle/server/metrics/exemplar.h"
#include "trestle/server/metrics/method_table.h"
#include "trestle/server/metrics/request_cell.h"
#include "trestle/server/metrics/request_key.h"
#include "trestle/server/request_observer.h"
#include "trestle/server/route_info.h"

namespace trestle {

// The cells of all shards for one route and key, added up.
struct RequestTotals {
  size_t route = 0;  // the number of routes if no route matched
  RequestKey key;
  std::array<uint64_t, RequestCell::kSums> sums{};
  std::vector<uint64_t> buckets;    // as in RequestCell
  std::vector<Exemplar> exemplars;  // empty, or for each bucket of the duration
};

// Thread-safe. Counting takes no lock and writes to no memory that another loop writes to.
class RequestCounts {
 public:
  // Different keys of one route in one shard; further ones are counted together.
  static constexpr size_t kMaxKeys = 64;

  RequestCounts(const std::vector<const RouteInfo*>& routes, RequestBounds bounds);
  ~RequestCounts();
  RequestCounts(const RequestCounts&) = delete;
  RequestCounts& operator=(const RequestCounts&) = delete;

  const MethodTable& methods() const { return methods_; }
  const RequestBounds& bounds() const { return bounds_; }

  // Counts a request in progress until End is called with its record.
  void Begin(const Request& request, RequestRecord* record);
  // Counts a request that has ended.
  void End(const RequestRecord& record);

  // Adds the shards up, ordered by route and key.
  std::vector<RequestTotals> Totals() const;
  // Returns the number of requests in progress by method and Scheme: [method * kSchemes + scheme].
  static constexpr size_t kSchemes = 3;
  std::vector<uint64_t> Active() const;
  // Returns how many requests were counted with RequestKey::is_other.
  uint64_t others() const { return others_.load(std::memory_order_relaxed); }

 private:
  struct Shard;

  Shard* ThisShard();
  uint8_t MethodOf(const Request* request, size_t route) const;
  RequestCell* CellOf(Shard* shard, size_t route, const RequestKey& key);

  const RequestBounds bounds_;
  MethodTable methods_;
  std::vector<std::string> route_methods_;  // "*" for any
  std::vector<uint8_t> method_of_route_;
  std::array<std::atomic<Shard*>, kShards> shards_{};
  std::atomic<uint64_t> others_{0};
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_METRICS_REQUEST_COUNTS_H_
