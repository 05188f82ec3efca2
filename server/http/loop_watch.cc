#include "trestle/server/http/loop_watch.h"

#include <utility>

namespace trestle {

void LoopWatch::Watch(std::vector<Loop> loops) {
  const std::lock_guard<std::mutex> lock(mutex_);
  loops_.clear();
  for (Loop& loop : loops) loops_.push_back({std::move(loop), absl::InfinitePast()});
}

std::vector<size_t> LoopWatch::FindStuck(absl::Time now) {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::vector<size_t> stuck;
  for (size_t i = 0; i < loops_.size(); ++i) {
    Watched& watched = loops_[i];
    if (watched.loop.has_answered()) {
      watched.asked_at = now;
      watched.loop.ask();
    } else if (now - watched.asked_at >= limit_) {
      stuck.push_back(i);
    }
  }
  return stuck;
}

}  // namespace trestle
