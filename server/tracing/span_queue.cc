// Each thread has a shard, which it shares with others only if there are more threads than shards.
// A shard has one open block. Push takes the block out of the shard by an atomic exchange, appends
// to it, and puts it back; so no other thread can have it at the same time, and nobody waits. A
// thread that finds no block makes one. If another thread has put a block into the shard in the
// meantime, that one counts as full. Full blocks are in a lock-free stack, which the reader takes
// as a whole.
//
// Memory is charged in steps, so that threads rarely write to the same cache line.

#include "trestle/server/tracing/span_queue.h"

#include <algorithm>
#include <utility>

namespace trestle {
namespace {

constexpr size_t kShards = 64;
constexpr size_t kStep = size_t{16} << 10;

// Returns a number for the calling thread, which others rarely have, too.
size_t NumberOfThread() {
  static std::atomic<size_t> threads{0};
  thread_local const size_t number = threads.fetch_add(1, std::memory_order_relaxed);
  return number;
}

}  // namespace

struct alignas(64) SpanQueue::Shard {
  std::atomic<Block*> open{nullptr};
  std::atomic<uint64_t> dropped{0};
};

SpanQueue::SpanQueue(size_t max_bytes, size_t block_bytes, std::function<void()> on_full)
    : max_bytes_(max_bytes),
      block_bytes_(block_bytes),
      on_full_(std::move(on_full)),
      shards_(new Shard[kShards]) {}

SpanQueue::~SpanQueue() { TakeAll(); }

SpanQueue::Shard& SpanQueue::ShardOfThread() const { return shards_[NumberOfThread() % kShards]; }

// Makes sure that `bytes` more fit into `*block`. Returns false if there is no room for them.
bool SpanQueue::Charge(size_t bytes, Block* block) {
  const size_t needed = block->spans.size() + bytes;
  if (needed <= block->charged) return true;
  const size_t step = std::max(kStep, needed - block->charged);
  if (charged_.fetch_add(step, std::memory_order_relaxed) + step > max_bytes_) {
    charged_.fetch_sub(step, std::memory_order_relaxed);
    return false;
  }
  block->charged += step;
  return true;
}

void SpanQueue::PutFull(Block* block) {
  block->next = full_.load(std::memory_order_relaxed);
  while (!full_.compare_exchange_weak(block->next, block, std::memory_order_release,
                                      std::memory_order_relaxed)) {
  }
}

void SpanQueue::Push(absl::string_view spans, size_t count) {
  Shard& shard = ShardOfThread();
  Block* block = shard.open.exchange(nullptr, std::memory_order_acquire);
  bool has_full = false;
  if (block != nullptr && block->count > 0 && block->spans.size() + spans.size() > block_bytes_) {
    PutFull(block);
    has_full = true;
    block = nullptr;
  }
  if (block == nullptr) block = new Block;
  if (Charge(spans.size(), block)) {
    block->spans.append(spans.data(), spans.size());
    block->count += count;
  } else {
    shard.dropped.fetch_add(count, std::memory_order_relaxed);
  }
  if (block->count == 0) {
    delete block;
  } else if (Block* const other = shard.open.exchange(block, std::memory_order_acq_rel)) {
    PutFull(other);
  }
  if (has_full && on_full_) on_full_();
}

std::vector<std::unique_ptr<SpanQueue::Block>> SpanQueue::TakeAll() {
  std::vector<std::unique_ptr<Block>> blocks;
  Block* block = full_.exchange(nullptr, std::memory_order_acquire);
  while (block != nullptr) {
    blocks.emplace_back(block);
    block = block->next;
  }
  // The stack has the last one first.
  std::reverse(blocks.begin(), blocks.end());
  for (size_t i = 0; i < kShards; ++i) {
    Block* const open = shards_[i].open.exchange(nullptr, std::memory_order_acquire);
    if (open != nullptr) blocks.emplace_back(open);
  }
  return blocks;
}

void SpanQueue::Release(std::unique_ptr<Block> block) {
  charged_.fetch_sub(block->charged, std::memory_order_relaxed);
}

uint64_t SpanQueue::dropped() const {
  uint64_t sum = 0;
  for (size_t i = 0; i < kShards; ++i) sum += shards_[i].dropped.load(std::memory_order_relaxed);
  return sum;
}

}  // namespace trestle
