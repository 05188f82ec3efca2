#include "trestle/server/concurrency/thread.h"

#include <cstddef>
#include <cstring>
#include <future>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace trestle {
namespace {

constexpr size_t kStackSize = size_t{8} << 20;  // the default of Linux distributions

void* RunOwned(void* argument) noexcept {
  const std::unique_ptr<std::function<void()>> run(static_cast<std::function<void()>*>(argument));
  (*run)();
  return nullptr;
}

}  // namespace

absl::StatusOr<Thread> Thread::Start(std::function<void()> run) {
  auto owned = std::make_unique<std::function<void()>>(std::move(run));
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStackSize);
  Thread thread;
  const int error = pthread_create(&thread.thread_, &attributes, RunOwned, owned.get());
  pthread_attr_destroy(&attributes);
  if (error != 0) {
    return absl::ResourceExhaustedError(
        absl::StrCat("cannot start a thread: ", std::strerror(error)));
  }
  static_cast<void>(owned.release());  // RunOwned deletes it
  thread.is_joinable_ = true;
  return thread;
}

Thread::Thread(Thread&& other) noexcept
    : is_joinable_(std::exchange(other.is_joinable_, false)), thread_(other.thread_) {}

Thread& Thread::operator=(Thread&& other) noexcept {
  Join();
  is_joinable_ = std::exchange(other.is_joinable_, false);
  thread_ = other.thread_;
  return *this;
}

void Thread::Join() {
  if (std::exchange(is_joinable_, false)) pthread_join(thread_, nullptr);
}

void Thread::Detach() {
  if (std::exchange(is_joinable_, false)) pthread_detach(thread_);
}

// All of them wait until the last one has started: a thread that has ended no longer counts.
absl::Status CheckThreads(size_t count) {
  std::promise<void> last;
  const std::shared_future<void> end = last.get_future().share();
  std::vector<Thread> threads;
  absl::Status status;
  while (status.ok() && threads.size() < count) {
    absl::StatusOr<Thread> thread = Thread::Start([end] { end.wait(); });
    status = thread.status();
    if (thread.ok()) threads.push_back(*std::move(thread));
  }
  last.set_value();
  if (status.ok()) return status;
  return absl::ResourceExhaustedError(
      absl::StrCat(status.message(), "; ", count,
                   " threads are needed at startup, and the process can have ", threads.size(),
                   ": raise its limit (ulimit -u, TasksMax= of systemd, --pids-limit of Docker)"));
}

void EnsureThreadStacks() {
  pthread_attr_t attributes;
  size_t size = 0;
  if (pthread_getattr_default_np(&attributes) != 0) return;
  if (pthread_attr_getstacksize(&attributes, &size) == 0 && size < kStackSize) {
    pthread_attr_setstacksize(&attributes, kStackSize);
    pthread_setattr_default_np(&attributes);
  }
  pthread_attr_destroy(&attributes);
}

}  // namespace trestle
