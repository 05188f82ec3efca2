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
  // `wake` is called on this object's thread.
  WakeupThread(int descriptor, std::function<void()> wake);
  ~WakeupThread();
  WakeupThread(const WakeupThread&) = delete;
  WakeupThread& operator=(const WakeupThread&) = delete;

  // Returns ResourceExhausted if the process could not have the descriptors or the thread. Then no
  // other function may be called.
  const absl::Status& status() const { return status_; }

  // Lets `wake` be called once, as soon as the descriptor is readable, which may be at once.
  void Arm();
  // Cancels that, unless `wake` is already being called.
  void Disarm();

 private:
  void Run();
  void Watch(uint32_t events);

  const int epoll_;
  const int descriptor_;
  const int stop_;
  const std::function<void()> wake_;
  absl::Status status_;
  Thread thread_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_WAKEUP_THREAD_H_
