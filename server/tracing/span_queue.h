// The spans that wait to be sent, in bounded memory.

#ifndef TRESTLE_SERVER_TRACING_SPAN_QUEUE_H_
#define TRESTLE_SERVER_TRACING_SPAN_QUEUE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace trestle {

// Push may be called from any thread, and never waits; everything else by one other thread at a
// time.
class SpanQueue {
 public:
  // Serialized elements of ScopeSpans.spans.
  struct Block {
    std::string spans;
    size_t count = 0;
    size_t charged = 0;     // of max_bytes
    Block* next = nullptr;  // in a list of blocks
  };

  // Keeps about `max_bytes`, in blocks of about `block_bytes`. `on_full` is called by Push when a
  // block is full, and must not wait; null: not called.
  SpanQueue(size_t max_bytes, size_t block_bytes, std::function<void()> on_full);
  ~SpanQueue();
  SpanQueue(const SpanQueue&) = delete;
  SpanQueue& operator=(const SpanQueue&) = delete;

  // Adds `count` spans, or drops and counts them if there is no room.
  void Push(absl::string_view spans, size_t count);

  // Takes all blocks, without those that are being filled at this moment. They take room until
  // Release.
  std::vector<std::unique_ptr<Block>> TakeAll();
  void Release(std::unique_ptr<Block> block);

  // Returns the number of spans that Push has dropped. May be called from any thread.
  uint64_t dropped() const;

 private:
  struct Shard;

  Shard& ShardOfThread() const;
  bool Charge(size_t bytes, Block* block);
  void PutFull(Block* block);

  const size_t max_bytes_;
  const size_t block_bytes_;
  const std::function<void()> on_full_;
  const std::unique_ptr<Shard[]> shards_;
  std::atomic<size_t> charged_{0};
  std::atomic<Block*> full_{nullptr};
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_TRACING_SPAN_QUEUE_H_
