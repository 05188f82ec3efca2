// Events on threads. fiber_test.cc has the tests that run on fibers too.

#include "trestle/server/concurrency/event.h"

#include <gtest/gtest.h>

#include <memory>
#include <thread>

#include "absl/time/time.h"

namespace trestle {
namespace {

TEST(EventTest, AWaitConsumesAllNotificationsBeforeIt) {
  Event event;
  EXPECT_FALSE(event.WaitUntil(absl::InfinitePast()));
  event.Notify();
  event.Notify();
  event.Wait();
  EXPECT_FALSE(event.WaitUntil(absl::InfinitePast()));
}

TEST(EventTest, AWaitConsumesTheNotificationThatEndsIt) {
  Event there, back;
  bool is_left_notified = false;
  std::thread other([&] {
    for (int i = 0; i < 1000; ++i) {
      there.Wait();
      is_left_notified |= there.WaitUntil(absl::InfinitePast());
      back.Notify();
    }
  });
  for (int i = 0; i < 1000; ++i) {
    there.Notify();
    back.Wait();
    EXPECT_FALSE(back.WaitUntil(absl::InfinitePast()));
  }
  other.join();
  EXPECT_FALSE(is_left_notified);
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

// The waiter destroys the event while Notify may still be returning. AddressSanitizer and
// ThreadSanitizer fail this test if Notify touches the event after the wait has ended.
TEST(EventTest, MayBeDestroyedOnceWaitHasReturned) {
  std::thread notifier;
  for (int round = 0; round < 2000; ++round) {
    auto event = std::make_unique<Event>();
    if (notifier.joinable()) notifier.join();
    notifier = std::thread([raw = event.get()] { raw->Notify(); });
    event->Wait();
    EXPECT_FALSE(event->WaitUntil(absl::InfinitePast()));
    event.reset();
  }
  notifier.join();
}

}  // namespace
}  // namespace trestle
