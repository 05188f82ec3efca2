// Calls a function at regular intervals.

#ifndef TRESTLE_SERVER_CONCURRENCY_TICKER_H_
#define TRESTLE_SERVER_CONCURRENCY_TICKER_H_

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "trestle/server/concurrency/thread.h"

namespace trestle {

// Has a thread of its own, which ends with it.
class Ticker {
 public:
  // Calls `tick` now and then each `interval`, at least once. `tick` must not block for long: the
  // destructor waits for it. Fails with ResourceExhausted if the process can have no thread.
  static absl::StatusOr<std::unique_ptr<Ticker>> Start(absl::Duration interval,
                                                       std::function<void()> tick);
  ~Ticker();
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

 private:
  Ticker(absl::Duration interval, std::function<void()> tick);
  void Run();

  const absl::Duration interval_;
  const std::function<void()> tick_;
  std::mutex mutex_;
  std::condition_variable ends_;
  bool is_ending_ = false;
  Thread thread_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_TICKER_H_
