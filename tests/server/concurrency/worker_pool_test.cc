#include "trestle/server/concurrency/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>

#include "trestle/server/concurrency/event.h"

namespace trestle {
namespace {

TEST(WorkerPoolTest, RunsWhatIsQueuedBeforeItEnds) {
  std::atomic<int> runs{0};
  {
    WorkerPool pool(3, 1000);
    for (int i = 0; i < 500; ++i) EXPECT_TRUE(pool.Submit([&] { ++runs; }));
  }
  EXPECT_EQ(runs, 500);
}

TEST(WorkerPoolTest, RefusesBeyondItsBound) {
  Event started, go;
  WorkerPool pool(1, 2);
  ASSERT_TRUE(pool.Submit([&] {
    started.Notify();
    go.Wait();
  }));
  started.Wait();
  EXPECT_TRUE(pool.Submit([] {}));
  EXPECT_TRUE(pool.Submit([] {}));
  EXPECT_FALSE(pool.Submit([] {}));
  go.Notify();
}

}  // namespace
}  // namespace trestle
