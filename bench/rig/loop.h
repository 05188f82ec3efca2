// The event loop of the load tools: one thread, ten thousand sockets.

#ifndef TRESTLE_BENCH_RIG_LOOP_H_
#define TRESTLE_BENCH_RIG_LOOP_H_

#include <functional>
#include <map>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/time/time.h"

namespace trestle {
namespace bench {

// Used on one thread.
class Loop {
 public:
  class Watcher {
   public:
    virtual ~Watcher() = default;
    // The descriptor is readable or writable again, or its connection has ended.
    virtual void OnReady() = 0;
  };

  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Edge-triggered: the watcher must read and write until the call would block. Closing the
  // descriptor ends the watch. The watcher must not be destroyed inside OnReady.
  void Watch(int descriptor, Watcher* watcher);
  void After(absl::Duration delay, std::function<void()> action);

  // Runs until `done` returns true, which is called after each round, or until `limit` has passed.
  // Returns true if done. Watchers may be destroyed in `done`.
  bool Run(absl::Duration limit, absl::FunctionRef<bool()> done);

  // Runs for `time`.
  void RunFor(absl::Duration time);

  // A shared read buffer for the watcher that is being called.
  std::vector<char>& scratch() { return scratch_; }

 private:
  void Turn(absl::Time deadline);
  void RunTimers();

  const int epoll_;
  std::multimap<absl::Time, std::function<void()>> timers_;
  std::vector<char> scratch_ = std::vector<char>(256 << 10);
};

}  // namespace bench
}  // namespace trestle

#endif  // TRESTLE_BENCH_RIG_LOOP_H_
