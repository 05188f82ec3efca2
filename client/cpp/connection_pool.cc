// Idle connections are a stack: the most recently used one is lent first, so that the others age.
// There is no timer: each loan and each return closes the connections that have been idle for too
// long.

#include "trestle/client/cpp/connection_pool.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace trestle {

absl::StatusOr<ConnectionPool::Lease> ConnectionPool::Borrow(std::shared_ptr<ConnectionPool> pool,
                                                             absl::Time deadline) {
  absl::StatusOr<std::unique_ptr<HttpConnection>> connection = pool->Take(deadline);
  if (!connection.ok()) return connection.status();
  return Lease(std::move(pool), *std::move(connection));
}

absl::StatusOr<std::unique_ptr<HttpConnection>> ConnectionPool::Take(absl::Time deadline) {
  auto free = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return lent_ < size_; };
  absl::MutexLock lock(&mutex_);
  if (!mutex_.AwaitWithDeadline(absl::Condition(&free), deadline)) {
    return absl::DeadlineExceededError(
        absl::StrCat("all ", size_, " connections of the client were in use until the deadline"));
  }
  ++lent_;
  DropStale();
  if (idle_.empty()) return factory_();
  std::unique_ptr<HttpConnection> connection = std::move(idle_.back().connection);
  idle_.pop_back();
  return connection;
}

void ConnectionPool::Return(std::unique_ptr<HttpConnection> connection) {
  connection->Finish();
  absl::MutexLock lock(&mutex_);
  --lent_;
  idle_.push_back({std::move(connection), absl::Now()});
  DropStale();
}

void ConnectionPool::DropStale() {
  absl::Time oldest = absl::Now() - keep_alive_;
  auto fresh = std::find_if(idle_.begin(), idle_.end(),
                            [oldest](const Idle& idle) { return idle.since >= oldest; });
  idle_.erase(idle_.begin(), fresh);
}

}  // namespace trestle
