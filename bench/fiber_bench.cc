// Measures the cost of fibers: starting, waiting and resuming, and sending work to another thread.

#include <atomic>
#include <cstdlib>
#include <functional>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "benchmark/benchmark.h"
#include "trestle/server/concurrency/blocking.h"
#include "trestle/server/concurrency/event.h"
#include "trestle/server/concurrency/fiber.h"
#include "trestle/server/concurrency/poller.h"
#include "trestle/server/concurrency/scheduler.h"
#include "trestle/server/concurrency/worker_pool.h"

namespace trestle {
namespace {

// A thread with a scheduler, like each loop of a server.
class FiberThread {
 public:
  explicit FiberThread(const SchedulerOptions& options = {})
      : scheduler_(options, [this] { poller_.Wake(); }), thread_([this] { Loop(); }) {}
  ~FiberThread() {
    is_stopped_ = true;
    poller_.Wake();
    thread_.join();
  }
  FiberThread(const FiberThread&) = delete;
  FiberThread& operator=(const FiberThread&) = delete;

  // Runs `work` on a fiber and waits for its end.
  void Run(const std::function<void()>& work) {
    Event done;
    const bool is_started = scheduler_.Start([&] {
      work();
      done.Notify();
    });
    if (!is_started) std::abort();
    done.Wait();
  }

 private:
  void Loop() {
    FiberRunner runs_fibers;
    std::vector<Poller::Ready> ready;
    while (!is_stopped_) {
      poller_.Wait(scheduler_.NextDeadline() - absl::Now(), &ready);
      scheduler_.RunDue();
    }
  }

  Poller poller_;
  std::atomic<bool> is_stopped_{false};
  Scheduler scheduler_;
  std::thread thread_;
};

// Fibers that end at once; up to `range(0)` of them are cached for reuse.
void StartAndEnd(benchmark::State& state) {
  FiberRunner runs_fibers;
  SchedulerOptions options;
  options.kept_fibers = static_cast<size_t>(state.range(0));
  Scheduler scheduler(options, [] {});
  int ended = 0;
  for (auto _ : state) {
    if (!scheduler.Start([&ended] { ++ended; })) state.SkipWithError("no memory for a stack");
  }
  benchmark::DoNotOptimize(ended);
}
BENCHMARK(StartAndEnd)->Arg(256)->Arg(0);

// Two fibers notify and wait for each other in turns: two waits per iteration.
void PingPong(benchmark::State& state) {
  FiberRunner runs_fibers;
  Scheduler scheduler({}, [] {});
  Event ping, pong;
  bool is_over = false;
  scheduler.Start([&] {
    for (ping.Wait(); !is_over; ping.Wait()) pong.Notify();
  });
  scheduler.Start([&] {
    for (auto _ : state) {
      ping.Notify();
      pong.Wait();
    }
    is_over = true;
    ping.Notify();
  });
}
BENCHMARK(PingPong);

// The same with a deadline that does not expire, like those of all waits for a client.
void PingPongWithDeadline(benchmark::State& state) {
  FiberRunner runs_fibers;
  Scheduler scheduler({}, [] {});
  Event ping, pong;
  bool is_over = false;
  const absl::Time deadline = absl::Now() + absl::Hours(1);
  scheduler.Start([&] {
    for (ping.WaitUntil(deadline); !is_over; ping.WaitUntil(deadline)) pong.Notify();
  });
  scheduler.Start([&] {
    for (auto _ : state) {
      ping.Notify();
      pong.WaitUntil(deadline);
    }
    is_over = true;
    ping.Notify();
  });
}
BENCHMARK(PingPongWithDeadline);

// A wait for an event that has already been notified.
void WaitForWhatHasHappened(benchmark::State& state) {
  Event event;
  for (auto _ : state) {
    event.Notify();
    event.Wait();
  }
}
BENCHMARK(WaitForWhatHasHappened);

// A call on the thread's own stack from a fiber.
void CallOnThreadStack(benchmark::State& state) {
  FiberRunner runs_fibers;
  Scheduler scheduler({}, [] {});
  scheduler.Start([&] {
    int calls = 0;
    for (auto _ : state) RunOnThreadStack([&calls] { ++calls; });
    benchmark::DoNotOptimize(calls);
  });
}
BENCHMARK(CallOnThreadStack);

// Notifies `ping` and waits for `pong` until the benchmark ends.
void Ping(benchmark::State& state, Event* ping, Event* pong, const std::function<void()>& end) {
  for (auto _ : state) {
    ping->Notify();
    pong->Wait();
  }
  end();
  ping->Notify();
}

// A fiber and a thread that does not run fibers, whose notification must wake the fiber's thread.
void PingPongWithThread(benchmark::State& state) {
  FiberThread fibers;
  Event ping, pong;
  std::atomic<bool> is_over{false};
  std::thread other([&] {
    for (ping.Wait(); !is_over; ping.Wait()) pong.Notify();
  });
  fibers.Run([&] { Ping(state, &ping, &pong, [&] { is_over = true; }); });
  other.join();
}
BENCHMARK(PingPongWithThread)->MeasureProcessCPUTime()->UseRealTime();

// For comparison, without fibers.
void PingPongOfThreads(benchmark::State& state) {
  Event ping, pong;
  std::atomic<bool> is_over{false};
  std::thread other([&] {
    for (ping.Wait(); !is_over; ping.Wait()) pong.Notify();
  });
  Ping(state, &ping, &pong, [&] { is_over = true; });
  other.join();
}
BENCHMARK(PingPongOfThreads)->MeasureProcessCPUTime()->UseRealTime();

void RunBlockingAndBack(benchmark::State& state) {
  WorkerPool pool(4, 100);
  SchedulerOptions options;
  options.blocking = &pool;
  FiberThread fibers(options);
  fibers.Run([&] {
    int calls = 0;
    for (auto _ : state) RunBlocking([&calls] { ++calls; });
    benchmark::DoNotOptimize(calls);
  });
}
BENCHMARK(RunBlockingAndBack)->MeasureProcessCPUTime()->UseRealTime();

}  // namespace
}  // namespace trestle

BENCHMARK_MAIN();
