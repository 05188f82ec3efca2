// A thread that watches connections and starts a job on each that has data.

#ifndef TRESTLE_SERVER_HTTP_CONNECTION_LOOP_H_
#define TRESTLE_SERVER_HTTP_CONNECTION_LOOP_H_

#include <atomic>
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
#include "trestle/server/http/loop_watch.h"

namespace trestle {

struct ConnectionLoopOptions {
  absl::Duration idle_timeout;   // between requests; closed silently
  absl::Duration hang_up_grace;  // see below
  SchedulerOptions scheduler;
  WorkerPool* threads = nullptr;  // runs the jobs; null: they run on fibers. Not owned
};

// An idle connection costs its entry here. One that becomes readable gets a job, on a fiber or a
// thread, until nothing is left to read. Meanwhile the loop reports the socket's events to the
// connection. The request of a client that has gone is cancelled (H6). A client that only sends no
// more looks the same, but may still want its response: its request is cancelled after
// `hang_up_grace`. So is that of a client that sends more after its request than is read ahead,
// since its end could not be noticed.
class ConnectionLoop {
 public:
  struct Callbacks {
    // The job. Returns true after Connection::TryGoIdle has, false if the connection is to be
    // closed.
    std::function<bool(Connection& connection)> serve;
    // Called, without waiting, if there is no fiber or thread for a job. The connection is closed
    // next.
    std::function<void(Connection& connection)> reject;
    // Called when a connection has been closed, on the thread of the loop.
    std::function<void()> closed;
  };

  ConnectionLoop(const ConnectionLoopOptions& options, Callbacks callbacks);
  ~ConnectionLoop();

  // Returns ResourceExhausted if the process could not have the descriptors or the threads. Then no
  // other function may be called.
  absl::Status status() const { return waiter_.status(); }

  // Serves until Stop has been called and the last connection is closed.
  void Run();

  // ---- may be called from any thread

  void Add(std::unique_ptr<Connection> connection);  // before Drain
  // Closes idle connections from now on. A client that has just connected may still send its first
  // request, for up to a second.
  void Drain();
  Scheduler::Fibers fibers() const { return scheduler_.fibers(); }
  // Cancels the requests in progress with kShutdown; their responses can still be sent.
  void CutOff();
  // Aborts everything in progress. To be called after CutOff.
  void Abort();
  // Lets Run return once the last connection is closed.
  void Stop();
  // Sends a tick, which the next round of Run answers.
  void Ask();
  bool has_answered() const { return pulse_.has_answered(); }

 private:
  struct Entry;

  void OnReady(const Poller::Ready& ready);
  void Doubt(Entry& entry);
  void OnDoubt(Entry& entry);
  void StartJob(Entry& entry);
  void DoJob(Entry& entry);
  void WakeAt(Entry& entry, absl::Time when);
  void RunTimers();
  void WakeFromOutside();
  absl::Time NextDeadline();
  void CloseIdle();
  void OnTimer(Entry& entry);
  void ScheduleClose(Entry& entry);
  bool CloseScheduled();

  const ConnectionLoopOptions options_;
  const Callbacks callbacks_;
  LoopWaiter waiter_;
  LoopPulse pulse_;
  std::vector<Entry*> due_;  // whose timers have expired; used by the loop's thread only
  std::atomic<bool> is_draining_{false};
  absl::Time first_requests_until_;  // in a drain; set before is_draining_
  std::atomic<bool> is_stopped_{false};

  std::mutex mutex_;
  absl::flat_hash_set<Entry*> entries_;
  std::vector<Entry*> closing_;
  std::vector<Entry*> doubted_;

  Scheduler scheduler_;  // last: waits for its fibers before the other members are destroyed
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_CONNECTION_LOOP_H_
