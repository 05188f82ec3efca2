// The requests in progress.

#ifndef TRESTLE_SERVER_ADMIN_REQUEST_LIST_H_
#define TRESTLE_SERVER_ADMIN_REQUEST_LIST_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "trestle/server/request_observer.h"

namespace trestle {

// A request as it was when the list was made.
struct RequestInProgress {
  absl::Time began;  // by MonotonicNow (concurrency/clock.h)
  std::string method;
  std::string peer;                  // empty on a Unix socket
  const RouteInfo* route = nullptr;  // null if no route matches, or not yet
  RequestRecord::Phase phase = RequestRecord::Phase::kRequest;
  uint64_t bytes_received = 0;  // of the bodies so far
  uint64_t bytes_sent = 0;
  uint64_t messages_sent = 0;  // to the backend
  uint64_t messages_received = 0;
};

// Keeps a list for each loop, so that loops share no lock: the lock of a list is contended only
// while the list is read.
class RequestList final : public RequestObserver {
 public:
  void OnBegin(Request& request, RequestRecord& record) override;
  void OnEnd(const RequestRecord& record) override;

  // Returns the requests, the oldest first.
  std::vector<RequestInProgress> Get() const;

 private:
  // What cannot be read from the record while the request is in progress.
  struct Entry {
    std::string method;
    std::string peer;
  };
  // On cache lines of its own.
  struct alignas(64) Shard {
    mutable std::mutex mutex;
    absl::flat_hash_map<const RequestRecord*, Entry> entries;
  };

  Shard& OfThisThread();
  static bool Remove(const RequestRecord& record, Shard* shard);

  std::array<Shard, 64> shards_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_ADMIN_REQUEST_LIST_H_
