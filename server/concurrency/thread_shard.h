// Divides threads among shards, so that each loop can count in memory of its own.

#ifndef TRESTLE_SERVER_CONCURRENCY_THREAD_SHARD_H_
#define TRESTLE_SERVER_CONCURRENCY_THREAD_SHARD_H_

#include <cstddef>

namespace trestle {

// A shard below kLoopShards belongs to one thread at a time, the others are shared by threads.
constexpr size_t kLoopShards = 1024;
constexpr size_t kSharedShards = 8;
constexpr size_t kShards = kLoopShards + kSharedShards;

// Gives the lowest free shard to this thread for as long as it exists; a shared one if no other is
// free. A loop creates one when its thread starts. To be destroyed by the same thread.
class LoopShard {
 public:
  LoopShard();
  ~LoopShard();
  LoopShard(const LoopShard&) = delete;
  LoopShard& operator=(const LoopShard&) = delete;
};

// Returns the shard of this thread, less than kShards. Threads without a LoopShard are spread over
// the shared ones. On a fiber, do not keep the value across a wait.
size_t ThisThreadShard();

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_THREAD_SHARD_H_
