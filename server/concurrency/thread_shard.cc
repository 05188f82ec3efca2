#include "trestle/server/concurrency/thread_shard.h"

#include <atomic>
#include <bitset>
#include <mutex>

namespace trestle {
namespace {

constexpr size_t kNone = kShards;

std::mutex mutex;
std::bitset<kLoopShards>& Taken() {
  static std::bitset<kLoopShards> taken;
  return taken;
}

thread_local size_t this_thread = kNone;

size_t TakeLowest() {
  const std::lock_guard<std::mutex> lock(mutex);
  for (size_t i = 0; i < kLoopShards; ++i) {
    if (Taken()[i]) continue;
    Taken()[i] = true;
    return i;
  }
  return kNone;
}

size_t NextShared() {
  static std::atomic<size_t> next{0};
  return kLoopShards + next.fetch_add(1, std::memory_order_relaxed) % kSharedShards;
}

}  // namespace

LoopShard::LoopShard() { this_thread = TakeLowest(); }

LoopShard::~LoopShard() {
  const std::lock_guard<std::mutex> lock(mutex);
  if (this_thread < kLoopShards) Taken()[this_thread] = false;
  this_thread = kNone;
}

size_t ThisThreadShard() {
  if (this_thread == kNone) this_thread = NextShared();
  return this_thread;
}

}  // namespace trestle
