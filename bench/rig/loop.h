// The load tools' own event loop: one thread, ten thousand sockets.

#ifndef TRESTLE_BENCH_RIG_LOOP_H_
#define TRESTLE_BENCH_RIG_LOOP_H_

#include <functional>
#include <map>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/time/time.h"

namespace trestle {
namespace bench {

// All of it on one thread.
class Loop {
 public:
  class Watcher {
   public:
    virtual ~Watcher() = default;
    // Its descriptor can be read or written again, or has ended.
    virtual void OnReady() = 0;
  };

  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Edge-triggered: the watcher reads and writes until it would wait. Closing the
  // descriptor ends the watch; the watcher is destroyed outside of OnReady only.
  void Watch(int descriptor, Watcher* watcher);
  void After(absl::Duration delay, std::function<void()> action);

  // Turns until `done`, which is asked after each turn, or `limit` is over. Whether it was
  // done. Watchers may be destroyed in `done`.
  bool Run(absl::Duration limit, absl::FunctionRef<bool()> done);

  // Turns for so long.
  void RunFor(absl::Duration time);

  // A place to read into, for whoever has the word.
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
