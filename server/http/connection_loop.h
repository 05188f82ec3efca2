// A thread that watches connections and has a job done on each that has something to say.

#ifndef TRESTLE_SERVER_HTTP_CONNECTION_LOOP_H_
#define TRESTLE_SERVER_HTTP_CONNECTION_LOOP_H_

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "trestle/server/concurrency/loop_waiter.h"
#include "trestle/server/concurrency/poller.h"
#include "trestle/server/concurrency/scheduler.h"
#include "trestle/server/concurrency/worker_pool.h"
#include "trestle/server/http/connection.h"

namespace trestle {

struct ConnectionLoopOptions {
  absl::Duration idle_timeout;   // between requests; closed silently
  absl::Duration hang_up_grace;  // see below
  SchedulerOptions scheduler;
  WorkerPool* threads = nullptr;  // runs the jobs; null: fibers do. Not owned
};

// An idle connection costs its entry here. One that can be read gets a job, on a fiber or on
// a thread, until nothing is left to be read; meanwhile the loop tells it of the socket. A
// client that has gone cancels its request (H6); one that only sends no more may still want
// its answer, and looks just the same: it is cancelled `hang_up_grace` later. So is one that
// sends more behind its request than is read ahead: its end could not be seen.
class ConnectionLoop {
 public:
  struct Callbacks {
    // The job: true if the connection may stay, being idle (Connection::TryGoIdle has said so:
    // it is not to be touched any more), false if it is to be closed.
    std::function<bool(Connection& connection)> serve;
    // There is nothing to run a job. Does not wait; the connection is closed next.
    std::function<void(Connection& connection)> turn_away;
    // A connection has been closed. On the thread of the loop.
    std::function<void()> closed;
  };

  ConnectionLoop(const ConnectionLoopOptions& options, Callbacks callbacks);
  ~ConnectionLoop();

  // ResourceExhausted when the process could not have the descriptors or the threads for this.
  // Then nothing else is to be called.
  absl::Status status() const { return reactor_.status(); }

  // Serves until Stop has been called and the last connection is closed.
  void Run();

  // ---- from any thread

  void Add(std::unique_ptr<Connection> connection);  // before Drain
  // From now on no connection stays idle, but one whose client has just connected may still send
  // its first request: for up to a second.
  void Drain();
  // Cuts off all that is in progress.
  void Abort();
  void Stop();

 private:
  struct Entry;

  void OnReady(const Poller::Ready& ready);
  void Doubt(Entry& entry);
  void OnDoubt(Entry& entry);
  void StartJob(Entry& entry);
  void DoJob(Entry& entry);
  void WakeAt(Entry& entry, absl::Time when);
  void TendDue();
  absl::Time NextDeadline();
  void RetireIdle();
  void OnTimer(Entry& entry);
  void End(Entry& entry);
  bool CloseEnded();

  const ConnectionLoopOptions options_;
  const Callbacks callbacks_;
  LoopWaiter reactor_;
  std::vector<Entry*> due_;  // of this loop's thread, and with the scheduler locked
  std::atomic<bool> is_draining_{false};
  absl::Time first_requests_until_;  // in a drain; set before that
  std::atomic<bool> is_stopped_{false};

  std::mutex mutex_;
  absl::flat_hash_set<Entry*> entries_;
  std::vector<Entry*> ended_;
  std::vector<Entry*> doubted_;

  Scheduler scheduler_;  // its fibers end before all else goes
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_CONNECTION_LOOP_H_
