#include "trestle/server/concurrency/wakeup_thread.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "trestle/server/concurrency/poller.h"

namespace trestle {
namespace {

// Returns false on failure, with errno set.
bool Control(int epoll, int operation, int descriptor, uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = descriptor;
  return epoll_ctl(epoll, operation, descriptor, &event) == 0;
}

}  // namespace

WakeupThread::WakeupThread(int descriptor, std::function<void()> wake)
    : epoll_(epoll_create1(EPOLL_CLOEXEC)),
      descriptor_(descriptor),
      stop_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      wake_(std::move(wake)) {
  if (epoll_ < 0 || stop_ < 0 || !Control(epoll_, EPOLL_CTL_ADD, stop_, EPOLLIN) ||
      !Control(epoll_, EPOLL_CTL_ADD, descriptor_, 0)) {
    status_ = CannotWatch(errno);
    return;
  }
  absl::StatusOr<Thread> thread = Thread::Start([this] { Run(); });
  status_ = thread.status();
  if (thread.ok()) thread_ = *std::move(thread);
}

WakeupThread::~WakeupThread() {
  eventfd_write(stop_, 1);
  thread_.Join();
  close(stop_);
  close(epoll_);
}

void WakeupThread::Arm() { Watch(EPOLLIN | EPOLLONESHOT); }

void WakeupThread::Disarm() { Watch(0); }

void WakeupThread::Watch(uint32_t events) { Control(epoll_, EPOLL_CTL_MOD, descriptor_, events); }

void WakeupThread::Run() {
  for (;;) {
    epoll_event event{};
    if (epoll_wait(epoll_, &event, 1, -1) != 1) continue;
    if (event.data.fd == stop_) return;
    wake_();
  }
}

}  // namespace trestle
