// Accepts connections and has each request on them served by a thread of a pool.

#ifndef TRESTLE_SERVER_HTTP_ACCEPTOR_H_
#define TRESTLE_SERVER_HTTP_ACCEPTOR_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "trestle/server/concurrency/poller.h"
#include "trestle/server/concurrency/worker_pool.h"
#include "trestle/server/http/connection.h"
#include "trestle/server/http/frontend.h"
#include "trestle/server/http/listen_address.h"

namespace trestle {

struct AcceptorOptions {
  size_t threads = 64;             // requests in progress
  size_t max_queued = 4096;        // requests that wait for a thread; 503 beyond
  size_t max_connections = 10000;  // 503 beyond
  int backlog = 4096;
  absl::Duration idle_timeout = absl::Seconds(75);         // between requests; closed silently
  absl::Duration write_timeout = absl::Seconds(30);        // without progress
  absl::Duration hang_up_grace = absl::Milliseconds(500);  // see below
  absl::Duration drain_grace = absl::Seconds(10);          // for what is in progress at Shutdown
};

// A thread serves a connection only while there is a request on it: an idle one costs
// no thread, and no memory but its entry here. A client that has gone cancels its
// request (H6); one that only sends no more may still want its answer, and looks just
// the same, so that it is cancelled `hang_up_grace` later.
class Acceptor {
 public:
  // `frontend` must outlive the acceptor.
  Acceptor(const AcceptorOptions& options, Frontend* frontend);
  ~Acceptor();

  // Opens a socket; call it before Run. Returns the address with the port it got.
  absl::StatusOr<ListenAddress> Listen(ListenAddress address);

  // Serves until Shutdown; then takes no more connections, closes the idle ones, waits
  // for requests in progress up to the grace and cuts off the others.
  void Run();

  // From any thread, before or while Run runs.
  void Shutdown();

 private:
  using Id = uint64_t;
  struct Entry {
    std::shared_ptr<Connection> connection;
    bool is_parked = false;                                 // no thread has it
    std::list<std::pair<absl::Time, Id>>::iterator parked;  // of a parked one, in parked_
  };

  // ---- the thread of Run
  void Turn(absl::Time until);
  absl::Time NextDeadline(absl::Time until);
  void AcceptAll(const Listener& listener);
  void Welcome(int descriptor, std::string peer);
  void TurnAway(Connection& connection);
  void OnReady(const Poller::Ready& ready);
  void CancelGone();
  void CloseIdle();
  void BeginDrain();
  void AbortAll();

  // ---- the threads of the pool
  void Serve(Id id, Connection& connection);
  bool AwaitNext(Connection& connection);
  void Park(Id id, Connection& connection);

  // ---- any thread
  std::shared_ptr<Connection> Unpark(Id id, bool* was_parked);
  void Remove(Id id);
  bool HasConnections();

  const AcceptorOptions options_;
  Frontend* const frontend_;
  Poller poller_;
  std::vector<Listener> listeners_;
  std::vector<std::string> socket_files_;
  int spare_descriptor_;  // given up for a moment when there are no others
  std::deque<std::pair<absl::Time, std::weak_ptr<Connection>>> gone_;  // when to cancel
  std::atomic<bool> stopping_{false};
  std::atomic<size_t> waiting_threads_{0};

  std::mutex mutex_;
  Id next_id_;
  absl::flat_hash_map<Id, Entry> connections_;
  std::list<std::pair<absl::Time, Id>> parked_;  // longest parked first

  std::unique_ptr<WorkerPool> workers_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_ACCEPTOR_H_
