// A loop waits for its descriptors, for its completion source, and for both.

#include "trestle/server/concurrency/loop_waiter.h"

#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "trestle/server/concurrency/clock.h"
#include "trestle/server/concurrency/completion_source.h"
#include "trestle/server/concurrency/poller.h"

namespace trestle {
namespace {

// Its operations complete when a test says so.
class FakeSource final : public CompletionSource {
 public:
  ~FakeSource() override { *is_gone_ = true; }
  explicit FakeSource(bool* is_gone) : is_gone_(is_gone) {}

  bool HasPending() const override { return is_pending_; }
  bool Drain() override {
    std::lock_guard<std::mutex> lock(mutex_);
    const bool any = completed_ > 0;
    drained_ += completed_;
    completed_ = 0;
    return any;
  }
  void Wait(absl::Time deadline) override {
    {
      std::unique_lock<std::mutex> lock(mutex_);
      is_waiting_ = true;
      changed_.notify_all();
      changed_.wait_for(
          lock, absl::ToChronoNanoseconds(std::min(deadline - MonotonicNow(), absl::Hours(1))),
          [this] { return completed_ > 0 || interrupted_; });
      is_waiting_ = false;
      interrupted_ = false;
    }
    Drain();
  }
  void Interrupt() override {
    std::lock_guard<std::mutex> lock(mutex_);
    interrupted_ = true;
    changed_.notify_all();
  }

  // ---- called by tests
  void SetPending(bool is_pending) { is_pending_ = is_pending; }
  int drained() const { return drained_; }
  void Complete() {
    std::lock_guard<std::mutex> lock(mutex_);
    ++completed_;
    changed_.notify_all();
  }
  void AwaitWait() {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return is_waiting_; });
  }

 private:
  bool* const is_gone_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_pending_ = false;
  int completed_ = 0;
  int drained_ = 0;
  bool is_waiting_ = false;
  bool interrupted_ = false;
};

class LoopWaiterTest : public testing::Test {
 protected:
  LoopWaiterTest() : descriptor_(eventfd(0, EFD_NONBLOCK)) {
    auto source = std::make_unique<FakeSource>(&is_gone_);
    source_ = source.get();
    waiter_.set_completion_source(std::move(source));
    waiter_.Add(descriptor_, Poller::Watch::kReadable, 7);
  }
  ~LoopWaiterTest() override { close(descriptor_); }

  // Waits, and returns the keys of the descriptors that are ready.
  std::vector<uint64_t> Wait(absl::Time deadline = absl::InfiniteFuture()) {
    std::vector<Poller::Ready> ready;
    waiter_.Wait(deadline, &ready);
    std::vector<uint64_t> keys;
    for (const Poller::Ready& one : ready) keys.push_back(one.key);
    return keys;
  }

  const int descriptor_;
  bool is_gone_ = false;
  LoopWaiter waiter_;
  FakeSource* source_;
};

TEST_F(LoopWaiterTest, IsCurrentOnItsThread) {
  EXPECT_EQ(LoopWaiter::Current(), nullptr);
  {
    const LoopWaiter::OnThread here(&waiter_);
    EXPECT_EQ(LoopWaiter::Current(), &waiter_);
    std::thread([] { EXPECT_EQ(LoopWaiter::Current(), nullptr); }).join();
    EXPECT_FALSE(is_gone_);
  }
  EXPECT_EQ(LoopWaiter::Current(), nullptr);
  EXPECT_TRUE(is_gone_) << "OnThread destroys the source";
}

TEST_F(LoopWaiterTest, ReportsDescriptorsWithAndWithoutPendingOperations) {
  for (const bool is_pending : {false, true}) {
    source_->SetPending(is_pending);
    eventfd_write(descriptor_, 1);
    EXPECT_EQ(Wait(), (std::vector<uint64_t>{7})) << is_pending;
    eventfd_t value;
    eventfd_read(descriptor_, &value);
    EXPECT_TRUE(Wait(MonotonicNow()).empty()) << is_pending;
  }
}

TEST_F(LoopWaiterTest, HandlesCompletions) {
  source_->SetPending(true);
  source_->Complete();
  EXPECT_TRUE(Wait().empty());
  EXPECT_EQ(source_->drained(), 1);
  std::thread completes([this] {
    source_->AwaitWait();
    source_->Complete();
  });
  EXPECT_TRUE(Wait().empty());
  completes.join();
  EXPECT_EQ(source_->drained(), 2);
}

TEST_F(LoopWaiterTest, DrainsASourceWithNothingPending) {
  source_->Complete();
  EXPECT_TRUE(Wait().empty());
  EXPECT_EQ(source_->drained(), 1);
}

TEST_F(LoopWaiterTest, ADescriptorWakesItInItsSource) {
  source_->SetPending(true);
  for (int i = 0; i < 100; ++i) {
    std::thread writes([this] {
      source_->AwaitWait();
      eventfd_write(descriptor_, 1);
    });
    // The first wait ends; the second one reports the descriptor.
    EXPECT_TRUE(Wait().empty());
    EXPECT_EQ(Wait(), (std::vector<uint64_t>{7}));
    writes.join();
    eventfd_t value;
    eventfd_read(descriptor_, &value);
  }
}

TEST_F(LoopWaiterTest, WakeWakesItInItsSource) {
  source_->SetPending(true);
  for (int i = 0; i < 100; ++i) {
    std::thread wakes([this] {
      source_->AwaitWait();
      waiter_.Wake();
    });
    EXPECT_TRUE(Wait().empty());
    wakes.join();
    Wait(MonotonicNow());  // consumes the wake
  }
}

TEST_F(LoopWaiterTest, EndsAtItsDeadline) {
  for (const bool is_pending : {false, true}) {
    source_->SetPending(is_pending);
    EXPECT_TRUE(Wait(MonotonicNow() + absl::Milliseconds(5)).empty()) << is_pending;
    EXPECT_TRUE(Wait(absl::InfinitePast()).empty()) << is_pending;
  }
}

}  // namespace
}  // namespace trestle
