// A pool of connections to one server, shared by the calls of a client.

#ifndef TRESTLE_CLIENT_CPP_CONNECTION_POOL_H_
#define TRESTLE_CLIENT_CPP_CONNECTION_POOL_H_

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "trestle/client/cpp/http_connection.h"

namespace trestle {

// Lends connections, at most `size` (but at least one) at a time. Thread-safe.
class ConnectionPool {
 public:
  using Factory = std::function<std::unique_ptr<HttpConnection>()>;

  // A connection on loan. Destroying it ends the exchange and returns the connection.
  class Lease {
   public:
    Lease(std::shared_ptr<ConnectionPool> pool, std::unique_ptr<HttpConnection> connection)
        : pool_(std::move(pool)), connection_(std::move(connection)) {}
    Lease(Lease&&) = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (connection_ != nullptr) pool_->Return(std::move(connection_));
    }
    HttpConnection* operator->() const { return connection_.get(); }

   private:
    std::shared_ptr<ConnectionPool> pool_;
    std::unique_ptr<HttpConnection> connection_;
  };

  // Connections that have been idle for `keep_alive` are closed by the next call.
  ConnectionPool(size_t size, absl::Duration keep_alive, Factory factory)
      : size_(std::max<size_t>(size, 1)), keep_alive_(keep_alive), factory_(std::move(factory)) {}

  // Returns the most recently used idle connection of `pool`, or a new one; waits while all are
  // lent. Fails with DeadlineExceeded if none is returned in time.
  static absl::StatusOr<Lease> Borrow(std::shared_ptr<ConnectionPool> pool, absl::Time deadline);

 private:
  struct Idle {
    std::unique_ptr<HttpConnection> connection;
    absl::Time since;
  };

  absl::StatusOr<std::unique_ptr<HttpConnection>> Take(absl::Time deadline);
  void Return(std::unique_ptr<HttpConnection> connection);
  void DropStale() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const size_t size_;
  const absl::Duration keep_alive_;
  const Factory factory_;
  absl::Mutex mutex_;
  size_t lent_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<Idle> idle_ ABSL_GUARDED_BY(mutex_);  // the most recently used one last
};

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_CONNECTION_POOL_H_
