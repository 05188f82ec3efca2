#include "trestle/server/http/connection_loop.h"

#include <algorithm>
#include <utility>

#include "trestle/server/concurrency/cancellation.h"
#include "trestle/server/concurrency/clock.h"
#include "trestle/server/concurrency/thread_shard.h"

namespace trestle {
namespace {

// How long a client that connected just before a drain may take to send its first request.
constexpr absl::Duration kFirstRequestGrace = absl::Seconds(1);

}  // namespace

// A connection of the loop. Its timer is the next of its timeouts.
struct ConnectionLoop::Entry : Timer {
  Entry(ConnectionLoop* loop, std::unique_ptr<Connection> owned)
      : loop(loop), connection(std::move(owned)) {
    expire = [](Timer* timer) -> Fiber* {
      auto* const entry = static_cast<Entry*>(timer);
      entry->loop->due_.push_back(entry);
      return nullptr;
    };
  }

  ConnectionLoop* const loop;
  const std::unique_ptr<Connection> connection;
  absl::Time cancels_at = absl::InfiniteFuture();  // if the client may still have left then
  bool has_had_job = false;
};

ConnectionLoop::ConnectionLoop(const ConnectionLoopOptions& options, Callbacks callbacks)
    : options_(options),
      callbacks_(std::move(callbacks)),
      scheduler_(options.scheduler, [this] { WakeFromOutside(); }) {}

ConnectionLoop::~ConnectionLoop() {
  // Only of a loop that has never run.
  for (Entry* entry : entries_) delete entry;
}

void ConnectionLoop::Run() {
  const LoopWaiter::OnThread current(&waiter_);
  const LoopShard shard;
  const FiberRunner fiber_runner;
  std::vector<Poller::Ready> ready;
  for (;;) {
    waiter_.Wait(NextDeadline(), &ready);
    pulse_.Answer();
    scheduler_.RunDue();
    for (const Poller::Ready& one : ready) OnReady(one);
    RunTimers();
    // Only here: no event and no timer of this round refers to the connections any more.
    if (CloseScheduled() && is_stopped_) break;
  }
  pulse_.End();
}

// Wakes the loop, unless this is its own thread: that is awake, and asks for the next deadline
// before it sleeps.
void ConnectionLoop::WakeFromOutside() {
  if (LoopWaiter::Current() != &waiter_) waiter_.Wake();
}

void ConnectionLoop::Add(std::unique_ptr<Connection> connection) {
  auto* const entry = new Entry(this, std::move(connection));
  entry->connection->set_doubt([this, entry] { Doubt(*entry); });
  {
    std::lock_guard<std::mutex> lock(mutex_);
    entries_.insert(entry);
  }
  entry->when = MonotonicNow() + options_.idle_timeout;
  scheduler_.Add(entry);
  const bool is_watched = waiter_.Add(entry->connection->descriptor(), Poller::Watch::kChanges,
                                      reinterpret_cast<uint64_t>(entry));
  if (!is_watched && entry->connection->CloseIfIdle()) ScheduleClose(*entry);
}

void ConnectionLoop::OnReady(const Poller::Ready& ready) {
  // The key is the address of the entry.
  Entry& entry = *reinterpret_cast<Entry*>(ready.key);  // NOLINT(performance-no-int-to-ptr)
  Connection& connection = *entry.connection;
  const bool has_hung_up = ready.half_closed || ready.gone;
  if (has_hung_up) connection.OnHangUp();
  if (ready.writable || ready.gone) connection.OnWritable();
  if (ready.gone) connection.Cancel(CancelReason::kClientGone);
  if ((ready.readable || has_hung_up) && connection.OnReadable()) StartJob(entry);
  // Reported once only, and possibly together with the request that a job was started for.
  if (ready.half_closed) OnDoubt(entry);
}

// Called on any thread.
void ConnectionLoop::Doubt(Entry& entry) {
  std::lock_guard<std::mutex> lock(mutex_);
  doubted_.push_back(&entry);
  if (doubted_.size() == 1) waiter_.Wake();
}

void ConnectionLoop::OnDoubt(Entry& entry) {
  if (entry.connection->is_idle()) {
    entry.connection->TakeDoubt();
    return;
  }
  entry.cancels_at = std::min(entry.cancels_at, MonotonicNow() + options_.hang_up_grace);
  WakeAt(entry, std::min(entry.when, entry.cancels_at));
}

void ConnectionLoop::StartJob(Entry& entry) {
  entry.has_had_job = true;
  auto job = [this, &entry] { DoJob(entry); };
  const bool is_started = options_.threads == nullptr ? scheduler_.Start(std::move(job))
                                                      : options_.threads->Submit(std::move(job));
  if (is_started) return;
  callbacks_.reject(*entry.connection);
  ScheduleClose(entry);
}

void ConnectionLoop::DoJob(Entry& entry) {
  if (!callbacks_.serve(*entry.connection)) return ScheduleClose(entry);
  // The connection is the loop's again. In a drain the loop has to look for idle ones.
  if (is_draining_) waiter_.Wake();
}

void ConnectionLoop::WakeAt(Entry& entry, absl::Time when) {
  scheduler_.Cancel(&entry);
  entry.when = when;
  scheduler_.Add(&entry);
}

void ConnectionLoop::RunTimers() {
  for (Entry* entry : std::exchange(due_, {})) OnTimer(*entry);
}

void ConnectionLoop::OnTimer(Entry& entry) {
  const absl::Time now = MonotonicNow();
  Connection& connection = *entry.connection;
  if (entry.cancels_at <= now) entry.cancels_at = connection.TakeDoubt() + options_.hang_up_grace;
  if (entry.cancels_at <= now) {
    entry.cancels_at = absl::InfiniteFuture();
    if (!connection.is_idle()) {
      connection.Cancel(connection.is_overrun() ? CancelReason::kTooMuchAhead
                                                : CancelReason::kClientGone);
    }
  }
  absl::Time idle_until = connection.idle_since() + options_.idle_timeout;
  if (idle_until <= now && connection.CloseIfIdle()) return ScheduleClose(entry);
  // There is a job: look again when the connection could have been idle that long.
  if (idle_until <= now) idle_until = now + options_.idle_timeout;
  WakeAt(entry, std::min(entry.cancels_at, idle_until));
}

void ConnectionLoop::Drain() {
  first_requests_until_ = MonotonicNow() + kFirstRequestGrace;
  is_draining_ = true;
  waiter_.Wake();
}

void ConnectionLoop::CutOff() {
  std::lock_guard<std::mutex> lock(mutex_);
  for (Entry* entry : entries_) entry->connection->CutOff();
}

void ConnectionLoop::Abort() {
  std::lock_guard<std::mutex> lock(mutex_);
  for (Entry* entry : entries_) entry->connection->Abort();
}

void ConnectionLoop::Stop() {
  is_stopped_ = true;
  waiter_.Wake();
}

void ConnectionLoop::Ask() {
  pulse_.Ask();
  waiter_.Wake();
}

void ConnectionLoop::ScheduleClose(Entry& entry) {
  std::lock_guard<std::mutex> lock(mutex_);
  closing_.push_back(&entry);
  if (closing_.size() == 1) waiter_.Wake();
}

// Returns when the loop has something to do at the latest.
absl::Time ConnectionLoop::NextDeadline() {
  const absl::Time next = scheduler_.NextDeadline();
  const bool has_grace = is_draining_ && MonotonicNow() < first_requests_until_;
  return has_grace ? std::min(next, first_requests_until_) : next;
}

// Closes idle connections in a drain. Called with the lock held. A request that has arrived is
// still served: its event comes next.
void ConnectionLoop::CloseIdle() {
  const bool takes_first_requests = MonotonicNow() < first_requests_until_;
  for (Entry* entry : entries_) {
    Connection& connection = *entry->connection;
    if (takes_first_requests && !entry->has_had_job) continue;
    if (!connection.HasArrived() && connection.CloseIfIdle()) closing_.push_back(entry);
  }
}

// Closes the connections that are to be closed. Returns whether none is left.
bool ConnectionLoop::CloseScheduled() {
  std::vector<Entry*> closing, doubted;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (is_draining_) CloseIdle();
    closing.swap(closing_);
    doubted.swap(doubted_);
    for (Entry* entry : closing) entries_.erase(entry);
    if (closing.empty() && doubted.empty()) return entries_.empty();
  }
  for (Entry* entry : doubted) OnDoubt(*entry);
  for (Entry* entry : closing) {
    scheduler_.Cancel(entry);
    delete entry;
    callbacks_.closed();
  }
  std::lock_guard<std::mutex> lock(mutex_);
  return entries_.empty();
}

}  // namespace trestle
