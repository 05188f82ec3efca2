#include "trestle/server/concurrency/ticker.h"

#include <utility>

namespace trestle {

Ticker::Ticker(absl::Duration interval, std::function<void()> tick)
    : interval_(interval), tick_(std::move(tick)) {}

absl::StatusOr<std::unique_ptr<Ticker>> Ticker::Start(absl::Duration interval,
                                                      std::function<void()> tick) {
  std::unique_ptr<Ticker> ticker(new Ticker(interval, std::move(tick)));
  absl::StatusOr<Thread> thread = Thread::Start([ticker = ticker.get()] { ticker->Run(); });
  if (!thread.ok()) return thread.status();
  ticker->thread_ = *std::move(thread);
  return ticker;
}

Ticker::~Ticker() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    is_ending_ = true;
  }
  ends_.notify_all();
  thread_.Join();
}

void Ticker::Run() {
  const auto interval = absl::ToChronoMicroseconds(interval_);
  std::unique_lock<std::mutex> lock(mutex_);
  do {
    tick_();
  } while (!ends_.wait_for(lock, interval, [this] { return is_ending_; }));
}

}  // namespace trestle
