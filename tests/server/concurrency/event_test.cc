#include "trestle/server/concurrency/event.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "trestle/server/concurrency/cancellation.h"
#include "trestle/server/concurrency/worker_pool.h"

namespace trestle {
namespace {

TEST(EventTest, NotifyBeforeWait) {
  Event event;
  event.Notify();
  event.Wait();
}

TEST(EventTest, WaitSeesWhatWasWrittenBeforeNotify) {
  for (int round = 0; round < 2000; ++round) {
    Event event;
    int written = 0;
    std::thread notifier([&] {
      written = round + 1;
      event.Notify();
    });
    event.Wait();
    EXPECT_EQ(written, round + 1);
    notifier.join();
  }
}

// The waiter may take the event away while Notify is still on its way out.
TEST(EventTest, MayBeDestroyedOnceWaitHasReturned) {
  std::thread notifier;
  for (int round = 0; round < 2000; ++round) {
    auto event = std::make_unique<Event>();
    if (notifier.joinable()) notifier.join();
    notifier = std::thread([raw = event.get()] { raw->Notify(); });
    event->Wait();
    event.reset();
  }
  notifier.join();
}

TEST(EventTest, AWaitUsesUpTheNotification) {
  Event there, back;
  std::thread other([&] {
    for (int i = 0; i < 1000; ++i) {
      there.Wait();
      back.Notify();
    }
  });
  for (int i = 0; i < 1000; ++i) {
    there.Notify();
    back.Wait();
  }
  other.join();
}

TEST(CancellationTest, RunsTheHookOnce) {
  Cancellation cancellation;
  int runs = 0;
  CancellationHook hook(&cancellation, [&] { ++runs; });
  EXPECT_FALSE(cancellation.cancelled());
  cancellation.Cancel();
  cancellation.Cancel();
  EXPECT_EQ(runs, 1);
  EXPECT_TRUE(cancellation.cancelled());
}

TEST(CancellationTest, AHookThatComesLateRunsAtOnce) {
  Cancellation cancellation;
  cancellation.Cancel();
  int runs = 0;
  CancellationHook hook(&cancellation, [&] { ++runs; });
  EXPECT_EQ(runs, 1);
}

TEST(CancellationTest, AHookThatIsGoneDoesNotRun) {
  Cancellation cancellation;
  int runs = 0;
  {
    CancellationHook hook(&cancellation, [&] { ++runs; });
  }
  cancellation.Cancel();
  EXPECT_EQ(runs, 0);
}

TEST(CancellationTest, NobodyToCancel) {
  CancellationHook hook(nullptr, [] { FAIL(); });
}

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
