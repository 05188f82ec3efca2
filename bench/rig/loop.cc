#include "trestle/bench/rig/loop.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/time/clock.h"

namespace trestle {
namespace bench {

Loop::Loop() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  if (epoll_ >= 0) return;
  std::perror("epoll_create1");
  std::exit(1);
}

Loop::~Loop() { close(epoll_); }

void Loop::Watch(int descriptor, Watcher* watcher) {
  epoll_event event = {};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = watcher;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event);
}

void Loop::After(absl::Duration delay, std::function<void()> action) {
  timers_.emplace(absl::Now() + delay, std::move(action));
}

bool Loop::Run(absl::Duration limit, absl::FunctionRef<bool()> done) {
  const absl::Time deadline = absl::Now() + limit;
  while (!done()) {
    if (absl::Now() >= deadline) return false;
    Turn(deadline);
  }
  return true;
}

void Loop::RunFor(absl::Duration time) {
  Run(time, [] { return false; });
}

void Loop::Turn(absl::Time deadline) {
  const absl::Time next = timers_.empty() ? deadline : std::min(deadline, timers_.begin()->first);
  const absl::Duration wait = std::clamp(next - absl::Now(), absl::ZeroDuration(), absl::Hours(1));
  epoll_event events[256];
  // Rounded up, because waits of 0 ms for a timer that is not due would spin.
  const int count = epoll_wait(
      epoll_, events, 256,
      static_cast<int>(absl::ToInt64Milliseconds(absl::Ceil(wait, absl::Milliseconds(1)))));
  for (int i = 0; i < count; ++i) static_cast<Watcher*>(events[i].data.ptr)->OnReady();
  RunTimers();
}

void Loop::RunTimers() {
  const absl::Time now = absl::Now();
  while (!timers_.empty() && timers_.begin()->first <= now) {
    const std::function<void()> action = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
    action();
  }
}

}  // namespace bench
}  // namespace trestle
