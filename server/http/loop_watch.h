// Finds loops that do not respond.

#ifndef TRESTLE_SERVER_HTTP_LOOP_WATCH_H_
#define TRESTLE_SERVER_HTTP_LOOP_WATCH_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

#include "absl/time/time.h"

namespace trestle {

// Ticks of one loop. Costs the loop one load in each of its rounds.
class LoopPulse {
 public:
  // Called on any thread, which wakes the loop next.
  void Ask() { ++asked_; }
  // Called by the loop in each round.
  void Answer() {
    const uint64_t asked = asked_.load();
    if (answered_.load(std::memory_order_relaxed) != asked) answered_ = asked;
  }
  // Called by the loop when it ends: there is nothing to answer any more.
  void End() { has_ended_ = true; }
  // Returns true if the loop has answered all ticks so far, or has ended. May be called on any
  // thread.
  bool has_answered() const { return has_ended_ || answered_ == asked_; }

 private:
  std::atomic<uint64_t> asked_{0};
  std::atomic<uint64_t> answered_{0};
  std::atomic<bool> has_ended_{false};
};

// A loop is stuck if it has not answered a tick for some time: a handler blocks its thread, for
// example. Thread-safe.
//
// FindStuck both looks at the last ticks and sends new ones, so that a stuck loop is found by the
// second call at the earliest. Call it regularly.
class LoopWatch {
 public:
  struct Loop {
    std::function<void()> ask;           // sends a tick; must not block
    std::function<bool()> has_answered;  // all ticks so far
  };

  // `limit` is the time after which a loop is stuck.
  explicit LoopWatch(absl::Duration limit) : limit_(limit) {}

  // Watches `loops` instead of the previous ones, which are not touched any more.
  void Watch(std::vector<Loop> loops);

  // Returns the indexes of the loops that are stuck at `now`, a value of MonotonicNow.
  std::vector<size_t> FindStuck(absl::Time now);

 private:
  struct Watched {
    Loop loop;
    absl::Time asked_at;
  };

  const absl::Duration limit_;
  std::mutex mutex_;
  std::vector<Watched> loops_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_LOOP_WATCH_H_
