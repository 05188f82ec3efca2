// O12: the queue of spans is bounded, and loses nothing but what it counts.

#include "trestle/server/tracing/span_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace trestle {
namespace {

constexpr size_t kKiB = 1024;

struct Taken {
  size_t blocks = 0;
  size_t count = 0;
  std::string spans;
};

Taken Take(SpanQueue* queue) {
  Taken taken;
  for (auto& block : queue->TakeAll()) {
    ++taken.blocks;
    taken.count += block->count;
    taken.spans += block->spans;
    queue->Release(std::move(block));
  }
  return taken;
}

TEST(SpanQueueTest, O12KeepsTheOrderOfAThread) {
  SpanQueue queue(1024 * kKiB, 10, nullptr);
  for (const char* span : {"aaaa", "bbbb", "cccc", "dddd", "e"}) queue.Push(span, 2);
  const Taken taken = Take(&queue);
  EXPECT_EQ(taken.spans, "aaaabbbbccccdddde");
  EXPECT_EQ(taken.count, 10u);
  EXPECT_EQ(taken.blocks, 2u);
  EXPECT_EQ(Take(&queue).blocks, 0u);
  EXPECT_EQ(queue.dropped(), 0u);
}

TEST(SpanQueueTest, O12DropsAndCountsWhatDoesNotFit) {
  SpanQueue queue(64 * kKiB, 32 * kKiB, nullptr);
  const std::string span(kKiB, 'x');
  for (int i = 0; i < 100; ++i) queue.Push(span, 1);
  auto blocks = queue.TakeAll();
  size_t count = 0;
  for (const auto& block : blocks) count += block->count;
  EXPECT_EQ(count, 64u);
  EXPECT_EQ(queue.dropped(), 36u);
  // What has been taken has its room until it is released.
  queue.Push(span, 1);
  EXPECT_EQ(queue.dropped(), 37u);
  for (auto& block : blocks) queue.Release(std::move(block));
  queue.Push(span, 1);
  EXPECT_EQ(Take(&queue).count, 1u);
  EXPECT_EQ(queue.dropped(), 37u);
}

TEST(SpanQueueTest, O12TellsOfFullBlocks) {
  int full = 0;
  SpanQueue queue(1024 * kKiB, 8, [&full] { ++full; });
  queue.Push("aaaa", 1);
  queue.Push("aaaa", 1);
  EXPECT_EQ(full, 0);
  queue.Push("aaaa", 1);
  EXPECT_EQ(full, 1);
  queue.Push(std::string(100, 'x'), 1);  // larger than a block
  EXPECT_EQ(full, 2);
  EXPECT_EQ(Take(&queue).spans.size(), 112u);
}

TEST(SpanQueueTest, O12ManyThreadsPushAndOneTakes) {
  constexpr int kThreads = 80;  // more than shards
  constexpr int kEach = 500;
  SpanQueue queue(256 * kKiB, 4 * kKiB, nullptr);
  std::atomic<int> running{kThreads};
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < kEach; ++k) queue.Push(std::string(100, 'x'), 1);
      --running;
    });
  }
  size_t count = 0;
  size_t bytes = 0;
  const auto take = [&] {
    const Taken taken = Take(&queue);
    count += taken.count;
    bytes += taken.spans.size();
  };
  while (running > 0) take();
  for (std::thread& thread : threads) thread.join();
  take();
  EXPECT_EQ(count + queue.dropped(), size_t{kThreads} * kEach);
  EXPECT_EQ(bytes, count * 100);
}

}  // namespace
}  // namespace trestle
