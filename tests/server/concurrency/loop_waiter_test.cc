// Where a loop waits: at its descriptors, in its companion, at both.

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

namespace trestle {
namespace {

// Operations that end when a test says so.
class FakeCompanion final : public CompletionSource {
 public:
  ~FakeCompanion() override { *is_gone_ = true; }
  explicit FakeCompanion(bool* is_gone) : is_gone_(is_gone) {}

  bool HasPending() const override { return expected_; }
  bool Drain() override {
    std::lock_guard<std::mutex> lock(mutex_);
    const bool any = ended_ > 0;
    taken_in_ += ended_;
    ended_ = 0;
    return any;
  }
  void Wait(absl::Time deadline) override {
    {
      std::unique_lock<std::mutex> lock(mutex_);
      is_waiting_ = true;
      changed_.notify_all();
      changed_.wait_for(
          lock, absl::ToChronoNanoseconds(std::min(deadline - MonotonicNow(), absl::Hours(1))),
          [this] { return ended_ > 0 || interrupted_; });
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

  // ---- for tests
  void Expect(bool expected) { expected_ = expected; }
  int taken_in() const { return taken_in_; }
  void End() {
    std::lock_guard<std::mutex> lock(mutex_);
    ++ended_;
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
  bool expected_ = false;
  int ended_ = 0;
  int taken_in_ = 0;
  bool is_waiting_ = false;
  bool interrupted_ = false;
};

class ReactorTest : public testing::Test {
 protected:
  ReactorTest() : descriptor_(eventfd(0, EFD_NONBLOCK)) {
    auto companion = std::make_unique<FakeCompanion>(&is_gone_);
    companion_ = companion.get();
    reactor_.set_companion(std::move(companion));
    reactor_.Add(descriptor_, Poller::Watch::kReadable, 7);
  }
  ~ReactorTest() override { close(descriptor_); }

  // What the next wait tells of descriptors; with nothing to be told it would be forever.
  std::vector<uint64_t> Wait(absl::Time deadline = absl::InfiniteFuture()) {
    std::vector<Poller::Ready> ready;
    reactor_.Wait(deadline, &ready);
    std::vector<uint64_t> keys;
    for (const Poller::Ready& one : ready) keys.push_back(one.key);
    return keys;
  }

  const int descriptor_;
  bool is_gone_ = false;
  LoopWaiter reactor_;
  FakeCompanion* companion_;
};

TEST_F(ReactorTest, IsThatOfItsThreadWhileItIsOnIt) {
  EXPECT_EQ(LoopWaiter::Current(), nullptr);
  {
    const LoopWaiter::OnThread here(&reactor_);
    EXPECT_EQ(LoopWaiter::Current(), &reactor_);
    std::thread([] { EXPECT_EQ(LoopWaiter::Current(), nullptr); }).join();
    EXPECT_FALSE(is_gone_);
  }
  EXPECT_EQ(LoopWaiter::Current(), nullptr);
  EXPECT_TRUE(is_gone_) << "the companion goes with the thread";
}

TEST_F(ReactorTest, SeesDescriptorsWhateverItsCompanionExpects) {
  for (const bool expects : {false, true}) {
    companion_->Expect(expects);
    eventfd_write(descriptor_, 1);
    EXPECT_EQ(Wait(), (std::vector<uint64_t>{7})) << expects;
    eventfd_t value;
    eventfd_read(descriptor_, &value);
    EXPECT_TRUE(Wait(MonotonicNow()).empty()) << expects;
  }
}

TEST_F(ReactorTest, TakesInWhatItsCompanionHas) {
  companion_->Expect(true);
  companion_->End();
  EXPECT_TRUE(Wait().empty());
  EXPECT_EQ(companion_->taken_in(), 1);
  std::thread ends([this] {
    companion_->AwaitWait();
    companion_->End();
  });
  EXPECT_TRUE(Wait().empty());
  ends.join();
  EXPECT_EQ(companion_->taken_in(), 2);
}

TEST_F(ReactorTest, LooksAtACompanionThatExpectsNothing) {
  companion_->End();
  EXPECT_TRUE(Wait().empty());
  EXPECT_EQ(companion_->taken_in(), 1);
}

TEST_F(ReactorTest, IsWokenInItsCompanionByADescriptor) {
  companion_->Expect(true);
  for (int i = 0; i < 100; ++i) {
    std::thread writes([this] {
      companion_->AwaitWait();
      eventfd_write(descriptor_, 1);
    });
    // The first wait ends, the second one tells of it.
    EXPECT_TRUE(Wait().empty());
    EXPECT_EQ(Wait(), (std::vector<uint64_t>{7}));
    writes.join();
    eventfd_t value;
    eventfd_read(descriptor_, &value);
  }
}

TEST_F(ReactorTest, IsWokenInItsCompanionByWake) {
  companion_->Expect(true);
  for (int i = 0; i < 100; ++i) {
    std::thread wakes([this] {
      companion_->AwaitWait();
      reactor_.Wake();
    });
    EXPECT_TRUE(Wait().empty());
    wakes.join();
    Wait(MonotonicNow());  // takes the wake in
  }
}

TEST_F(ReactorTest, EndsAtItsDeadline) {
  for (const bool expects : {false, true}) {
    companion_->Expect(expects);
    EXPECT_TRUE(Wait(MonotonicNow() + absl::Milliseconds(5)).empty()) << expects;
    EXPECT_TRUE(Wait(absl::InfinitePast()).empty()) << expects;
  }
}

}  // namespace
}  // namespace trestle
