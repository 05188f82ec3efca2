// Accepts connections and gives them to loops, which serve them.

#ifndef TRESTLE_SERVER_HTTP_ACCEPTOR_H_
#define TRESTLE_SERVER_HTTP_ACCEPTOR_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "trestle/server/concurrency/poller.h"
#include "trestle/server/concurrency/thread.h"
#include "trestle/server/concurrency/worker_pool.h"
#include "trestle/server/connection_options.h"
#include "trestle/server/http/connection.h"
#include "trestle/server/http/connection_loop.h"
#include "trestle/server/http/frontend.h"
#include "trestle/server/http/inherited_sockets.h"
#include "trestle/server/http/listen_address.h"
#include "trestle/server/http/loop_watch.h"
#include "trestle/server/http/transport_factory.h"
#include "trestle/server/server_stats.h"

namespace trestle {

struct AcceptorOptions : ConnectionOptions, WorkOptions {
  AcceptorOptions() = default;
  AcceptorOptions(const ConnectionOptions& connections, const WorkOptions& work)
      : ConnectionOptions(connections), WorkOptions(work) {}

  size_t stack_size = size_t{256} << 10;  // of a fiber
  size_t max_queued = 4096;  // with kThreads: requests that wait for a thread; 503 above
  int backlog = 4096;
  PortUse port_use = PortUse::kAlone;
  // Makes the transports of connections; must outlive the acceptor. Null for plain ones.
  const TransportFactory* transports = nullptr;
  absl::Duration hang_up_grace = absl::Milliseconds(500);  // see ConnectionLoop
  // After drain_grace, for requests that have been cancelled to send an error.
  absl::Duration cut_off_grace = absl::Seconds(1);
};

// One thread accepts, and gives the connections to the loops in turn.
class Acceptor {
 public:
  // `frontend` must outlive the acceptor.
  Acceptor(const AcceptorOptions& options, Frontend* frontend);
  ~Acceptor();

  // Opens a socket, or takes an inherited one; the first call also starts the loops. To be called
  // before Run. Returns the address with the port it got. Fails with ResourceExhausted if the
  // process cannot have the descriptors or the threads that the loops need.
  absl::StatusOr<ListenAddress> Listen(ListenAddress address);

  // Serves until Shutdown, and for `drain_delay` after it. Then accepts no more connections, closes
  // the idle ones, waits for the requests in progress for `drain_grace`. The rest is cancelled with
  // CancelReason::kShutdown, may send an error for `cut_off_grace` (O16), and is then aborted.
  void Run();

  // Ends Run, from any thread, before or during it.
  void Shutdown();
  // Returns true from Shutdown on. May be called from any thread.
  bool is_draining() const { return is_stopping_; }
  // Returns the indexes of the loops that are stuck (LoopWatch::FindStuck). May be called from any
  // thread.
  std::vector<size_t> FindStuckLoops();

  // Sets `connections`, `fibers` and `loops`. Thread-safe.
  void GetStats(ServerStats* stats) const;

 private:
  absl::Status StartLoops();
  absl::Status StartLoop(const ConnectionLoopOptions& options,
                         const ConnectionLoop::Callbacks& callbacks);
  void EndLoops();
  void WatchLoops();
  absl::StatusOr<Listener> Open(ListenAddress* address);
  struct Port {
    Listener listener;
    ListenAddress address;
  };

  // Waits for at most `at_most`, and accepts the connections that have arrived.
  void AcceptFor(absl::Duration at_most);
  void AcceptSome(const Port& port, int most);
  bool CloseNext(const Port& port);
  void AddConnection(int descriptor, const ListenAddress& address, std::string peer);
  void Drain();
  void AwaitClosed(absl::Time deadline);

  const AcceptorOptions options_;
  Frontend* const frontend_;
  Poller poller_;
  std::vector<Port> ports_;
  absl::optional<InheritedSockets> inherited_;  // read when the first one is needed
  std::vector<std::string> socket_files_;
  int spare_descriptor_;  // closed for a moment when the process can have no others
  std::mutex shutdown_mutex_;
  std::atomic<bool> is_stopping_{false};
  std::atomic<size_t> connections_{0};
  std::atomic<uint64_t> accepted_{0};
  std::atomic<uint64_t> refused_max_connections_{0};
  std::atomic<uint64_t> refused_descriptors_{0};
  std::atomic<uint64_t> refused_work_{0};

  LoopWatch watch_;
  mutable std::mutex loops_mutex_;  // held to change loops_, or to read it in GetStats
  std::vector<std::unique_ptr<ConnectionLoop>> loops_;
  size_t next_loop_ = 0;
  std::vector<Thread> loop_threads_;
  std::unique_ptr<WorkerPool> pool_;  // for requests with kThreads, else for RunBlocking
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_ACCEPTOR_H_
