#include "trestle/server/concurrency/poller.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>

#include "absl/strings/str_cat.h"

namespace trestle {
namespace {

constexpr uint64_t kWakeKey = std::numeric_limits<uint64_t>::max();
constexpr int kBatch = 128;

uint32_t EventsOf(Poller::Watch watch) {
  switch (watch) {
    case Poller::Watch::kReadable:
      return EPOLLIN;
    case Poller::Watch::kChanges:
      return EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  }
  return 0;
}

bool AddTo(int epoll, int descriptor, uint32_t events, uint64_t key) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = key;
  return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

int ToMilliseconds(absl::Duration timeout) {
  if (timeout == absl::InfiniteDuration()) return -1;
  const int64_t ms = absl::ToInt64Milliseconds(absl::Ceil(timeout, absl::Milliseconds(1)));
  return static_cast<int>(std::clamp<int64_t>(ms, 0, std::numeric_limits<int>::max()));
}

}  // namespace

Poller::Poller()
    : epoll_(epoll_create1(EPOLL_CLOEXEC)), wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  // Edge-triggered: each Wake is reported, whatever the counter, so that it need not be read.
  if (epoll_ < 0 || wake_ < 0 || !AddTo(epoll_, wake_, EPOLLIN | EPOLLET, kWakeKey)) error_ = errno;
}

Poller::~Poller() {
  close(wake_);
  close(epoll_);
}

absl::Status Poller::status() const { return error_ == 0 ? absl::OkStatus() : CannotWatch(error_); }

bool Poller::Add(int descriptor, Watch watch, uint64_t key) {
  return AddTo(epoll_, descriptor, EventsOf(watch), key);
}

void Poller::Wait(absl::Duration timeout, std::vector<Ready>* ready) {
  epoll_event events[kBatch];
  ready->clear();
  const int count = epoll_wait(epoll_, events, kBatch, ToMilliseconds(timeout));
  for (int i = 0; i < count; ++i) {
    const uint32_t what = events[i].events;
    if (events[i].data.u64 == kWakeKey) continue;
    ready->push_back({events[i].data.u64, (what & EPOLLIN) != 0, (what & EPOLLOUT) != 0,
                      (what & EPOLLRDHUP) != 0, (what & (EPOLLHUP | EPOLLERR)) != 0});
  }
}

void Poller::Wake() {
  const uint64_t one = 1;
  // Fails only if the counter is full, after 2^64 calls.
  if (write(wake_, &one, sizeof(one)) < 0) return;
}

absl::Status CannotWatch(int error) {
  return absl::ResourceExhaustedError(
      absl::StrCat("cannot watch descriptors: ", std::strerror(error)));
}

}  // namespace trestle
