// Watches a descriptor for a loop thread that is blocked in another library's wait, and wakes it.

#ifndef TRESTLE_SERVER_CONCURRENCY_WAKEUP_THREAD_H_
#define TRESTLE_SERVER_CONCURRENCY_WAKEUP_THREAD_H_

#include <cstdint>
#include <functional>

#include "absl/status/status.h"
#include "trestle/server/concurrency/thread.h"

namespace trestle {

class WakeupThread {
 public:
  // `seen` is called by the thread of the lookout.
  WakeupThread(int descriptor, std::function<void()> seen);
  ~WakeupThread();
  WakeupThread(const WakeupThread&) = delete;
  WakeupThread& operator=(const WakeupThread&) = delete;

  // ResourceExhausted when the process could not have the descriptors or the thread for this.
  // Then nothing else is to be called.
  const absl::Status& status() const { return status_; }

  // Has `seen` called once when the descriptor can be read, which may be now.
  void Begin();
  // Takes that back, if it is not too late.
  void End();

 private:
  void Run();
  void Watch(uint32_t events);

  const int epoll_;
  const int descriptor_;
  const int stop_;
  const std::function<void()> seen_;
  absl::Status status_;
  Thread thread_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_WAKEUP_THREAD_H_
