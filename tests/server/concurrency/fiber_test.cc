// Fibers and events. The tests of waiting run on a fiber and on a thread.

#include "trestle/server/concurrency/fiber.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <atomic>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "trestle/server/concurrency/blocking.h"
#include "trestle/server/concurrency/cancellation.h"
#include "trestle/server/concurrency/clock.h"
#include "trestle/server/concurrency/event.h"
#include "trestle/server/concurrency/fiber_control.h"
#include "trestle/server/concurrency/poller.h"
#include "trestle/server/concurrency/scheduler.h"
#include "trestle/server/concurrency/stack.h"
#include "trestle/server/concurrency/task.h"
#include "trestle/server/concurrency/worker_pool.h"

namespace trestle {
namespace {

// A thread with a scheduler, like a loop of the server.
class FiberThread {
 public:
  explicit FiberThread(const SchedulerOptions& options = {})
      : scheduler_(options, [this] { poller_.Wake(); }), thread_([this] { Run(); }) {}
  ~FiberThread() {
    is_stopped_ = true;
    poller_.Wake();
    thread_.join();
  }

  Scheduler& scheduler() { return scheduler_; }

  // Runs `work` on a fiber and waits for its end.
  void Run(std::function<void()> work) {
    Event done;
    ASSERT_TRUE(scheduler_.Start([&] {
      work();
      done.Notify();
    }));
    done.Wait();
  }

 private:
  void Run() {
    FiberRunner runs_fibers;
    std::vector<Poller::Ready> ready;
    while (!is_stopped_) {
      poller_.Wait(scheduler_.NextDeadline() - MonotonicNow(), &ready);
      scheduler_.RunDue();
    }
  }

  Poller poller_;
  std::atomic<bool> is_stopped_{false};
  Scheduler scheduler_;
  std::thread thread_;
};

// Not inlined: the compiler assumes that a function stays on one thread.
__attribute__((noinline)) std::thread::id ThisThread() {
  asm volatile("" ::: "memory");
  return std::this_thread::get_id();
}

// Runs a test's body on a fiber, and then on this thread.
void OnBoth(const std::function<void()>& body) {
  FiberThread thread;
  thread.Run([&] {
    EXPECT_NE(CurrentFiber(), nullptr);
    body();
  });
  EXPECT_EQ(CurrentFiber(), nullptr);
  body();
}

TEST(FiberTest, WaitsForAnotherThread) {
  OnBoth([] {
    for (int round = 0; round < 500; ++round) {
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
  });
}

TEST(FiberTest, AWaitEndsAtItsDeadlineAndCanBeRepeated) {
  OnBoth([] {
    Event event;
    EXPECT_FALSE(event.WaitUntil(absl::InfinitePast()));
    EXPECT_FALSE(event.WaitUntil(MonotonicNow() + absl::Milliseconds(2)));
    event.Notify();
    event.Notify();  // merges with the first
    EXPECT_TRUE(event.WaitUntil(absl::InfinitePast()));
    EXPECT_FALSE(event.WaitUntil(MonotonicNow() + absl::Milliseconds(2)));
    std::thread notifier([&] { event.Notify(); });
    EXPECT_TRUE(event.WaitUntil(absl::InfiniteFuture()));
    notifier.join();
  });
}

// Whichever comes first, a notification ends this wait or the next one and is never lost.
TEST(FiberTest, ADeadlineThatMeetsItsNotification) {
  OnBoth([] {
    int in_time_count = 0;
    for (int round = 0; round < 300; ++round) {
      Event event;
      std::thread notifier([&] { event.Notify(); });
      const bool in_time = event.WaitUntil(MonotonicNow() + absl::Microseconds(round % 60));
      if (in_time) ++in_time_count;
      notifier.join();
      EXPECT_EQ(event.WaitUntil(absl::InfinitePast()), !in_time);
    }
    RecordProperty("in_time", in_time_count);
  });
}

TEST(FiberTest, ManyWaitOnOneThread) {
  FiberThread thread;
  constexpr int kFibers = 2000;
  std::vector<std::unique_ptr<Event>> events;
  std::atomic<int> waiting{0}, ended{0};
  Event all_wait, all_ended;
  for (int i = 0; i < kFibers; ++i) {
    events.push_back(std::make_unique<Event>());
    ASSERT_TRUE(thread.scheduler().Start([&, event = events.back().get()] {
      if (++waiting == kFibers) all_wait.Notify();
      event->Wait();
      if (++ended == kFibers) all_ended.Notify();
    }));
  }
  all_wait.Wait();
  EXPECT_EQ(ended, 0);
  for (auto& event : events) event->Notify();
  all_ended.Wait();
}

// As on the thread of a completion queue: the fiber continues there, and later elsewhere.
TEST(FiberTest, ContinuesOnTheThreadThatNotifies) {
  FiberThread home;
  std::thread::id before, after, last;
  Event first, second, done;
  ASSERT_TRUE(home.scheduler().Start([&] {
    before = ThisThread();
    first.Wait();
    after = ThisThread();
    second.Wait();
    last = ThisThread();
    done.Notify();
  }));
  home.Run([] {});  // the first fiber has parked
  std::thread other([&] {
    FiberRunner runs_fibers;
    first.Notify();
    EXPECT_EQ(after, ThisThread());
  });
  other.join();
  second.Notify();  // from a thread without fibers: the home thread resumes the fiber
  done.Wait();
  EXPECT_EQ(last, before);
  EXPECT_NE(after, before);
}

// The runtime's state of exceptions travels with the fiber.
TEST(FiberTest, ParksInACatchClause) {
  FiberThread thread;
  std::atomic<int> right{0};
  Event done;
  constexpr int kFibers = 20;
  for (int i = 0; i < kFibers; ++i) {
    ASSERT_TRUE(thread.scheduler().Start([&, i] {
      try {
        throw std::runtime_error(std::to_string(i));
      } catch (const std::exception& outer) {
        Event never;
        never.WaitUntil(MonotonicNow() + absl::Milliseconds(i % 3));
        try {
          throw std::logic_error("inner");
        } catch (const std::exception& inner) {
          never.WaitUntil(MonotonicNow() + absl::Milliseconds(1));
          if (std::string(inner.what()) == "inner" && outer.what() == std::to_string(i)) ++right;
        }
      }
      if (right == kFibers) done.Notify();
    }));
  }
  done.Wait();
}

TEST(FiberTest, AStackIsDeepAndReused) {
  SchedulerOptions options;
  options.kept_fibers = 1;
  FiberThread thread(options);
  const std::function<int(int)> descend = [&](int depth) {
    volatile char frame[1000];
    frame[0] = static_cast<char>(depth);
    return depth == 0 ? 0 : frame[0] - static_cast<char>(depth) + 1 + descend(depth - 1);
  };
  for (int i = 0; i < 20; ++i) {
    thread.Run([&] { EXPECT_EQ(descend(100), 100); });
  }
}

TEST(FiberTest, RunsWorkOnTheStackOfTheThread) {
  OnBoth([] {
    Fiber* const here = CurrentFiber();
    Fiber* there = here;
    bool has_run = false;
    RunOnThreadStack([&] {
      there = CurrentFiber();
      has_run = true;
    });
    EXPECT_TRUE(has_run);
    EXPECT_EQ(there, nullptr);
    EXPECT_EQ(CurrentFiber(), here);
  });
}

TEST(FiberTest, StartFailsWithoutMemoryForAStack) {
  EXPECT_EQ(Stack::Make(SIZE_MAX / 4), nullptr);
  SchedulerOptions options;
  options.stack_size = SIZE_MAX / 4;
  FiberThread thread(options);
  EXPECT_FALSE(thread.scheduler().Start([] { FAIL(); }));
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they map terabytes
TEST(FiberTest, StacksLeaveAddressSpaceForEverythingElse) {
  constexpr size_t kMiB = size_t{1} << 20;
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_AS, &before), 0);
  const rlimit limit{2048 * kMiB, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_AS, &limit), 0);
  std::vector<std::unique_ptr<Stack>> stacks;
  do {
    stacks.push_back(Stack::Make(16 * kMiB));
  } while (stacks.back() != nullptr);
  void* const other = mmap(nullptr, 32 * kMiB, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  EXPECT_NE(other, MAP_FAILED) << stacks.size();
  EXPECT_EQ(setrlimit(RLIMIT_AS, &before), 0);
  EXPECT_NE(Stack::Make(16 * kMiB), nullptr);
  if (other != MAP_FAILED) munmap(other, 32 * kMiB);
}
#endif

TEST(FiberTest, YieldLetsOtherFibersRunFirst) {
  FiberThread thread;
  std::string order;
  Event done;
  thread.Run([&] {
    Scheduler& scheduler = *SchedulerOf(CurrentFiber());
    for (char name : {'a', 'b'}) {
      ASSERT_TRUE(scheduler.Start([&, name] {
        for (int i = 0; i < 3; ++i) {
          order.push_back(name);
          Yield();
        }
        if (name == 'b') done.Notify();
      }));
    }
  });
  done.Wait();
  EXPECT_EQ(order, "ababab");
  Yield();  // does nothing on a thread
}

TEST(FiberTest, ATaskRunsConcurrentlyWithItsCreator) {
  OnBoth([] {
    Event ping, pong;
    int sum = 0;
    {
      Task task = *Task::Start([&] {
        for (int i = 0; i < 100; ++i) {
          ping.Wait();
          sum += i;
          pong.Notify();
        }
      });
      for (int i = 0; i < 100; ++i) {
        ping.Notify();
        pong.Wait();
      }
      task.Join();
      task.Join();
    }
    EXPECT_EQ(sum, 4950);
    Task short_one = *Task::Start([&] { sum = 1; });
    short_one.Join();
    EXPECT_EQ(sum, 1);
  });
}

// A hook resumes a fiber while the cancellation is locked, and the fiber then takes that lock.
TEST(FiberTest, ACancellationResumesAFiberThatRemovesItsHook) {
  FiberThread thread;
  Cancellation cancellation;
  Event parked, done;
  ASSERT_TRUE(thread.scheduler().Start([&] {
    {
      Event event;
      CancellationHook hook(&cancellation, [&] { event.Notify(); });
      parked.Notify();
      event.Wait();
    }
    done.Notify();
  }));
  parked.Wait();
  std::thread canceller([&] {
    FiberRunner runs_fibers;
    cancellation.Cancel();
  });
  done.Wait();
  canceller.join();
}

TEST(FiberTest, RunBlockingLeavesTheThreadToOtherFibers) {
  WorkerPool pool(2, 100);
  SchedulerOptions options;
  options.blocking = &pool;
  FiberThread thread(options);
  Event go, blocked, done;
  std::thread::id at_home, where;
  ASSERT_TRUE(thread.scheduler().Start([&] {
    at_home = ThisThread();
    RunBlocking([&] {
      where = ThisThread();
      blocked.Notify();
      go.Wait();  // like a slow look-up
    });
    EXPECT_EQ(ThisThread(), at_home);
    done.Notify();
  }));
  blocked.Wait();
  thread.Run([&] { go.Notify(); });  // would never run on a blocked thread
  done.Wait();
  EXPECT_NE(where, at_home);
}

TEST(FiberTest, RunBlockingRethrows) {
  WorkerPool pool(1, 100);
  SchedulerOptions options;
  options.blocking = &pool;
  FiberThread thread(options);
  const auto body = [] {
    EXPECT_THROW(RunBlocking([] { throw std::runtime_error("no"); }), std::runtime_error);
  };
  thread.Run(body);
  body();
}

}  // namespace
}  // namespace trestle
