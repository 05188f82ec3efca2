#include "trestle/server/concurrency/event.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace trestle {
namespace {

constexpr uint32_t kNothing = 0;
constexpr uint32_t kDone = 1;
constexpr uint32_t kSleeping = 2;

static_assert(sizeof(std::atomic<uint32_t>) == sizeof(uint32_t), "a futex is 32 plain bits");

void Futex(std::atomic<uint32_t>* word, int operation, uint32_t value) {
  syscall(SYS_futex, reinterpret_cast<uint32_t*>(word), operation, value, nullptr, nullptr, 0);
}

}  // namespace

void Event::Wait() {
  uint32_t seen = kNothing;
  if (!state_.compare_exchange_strong(seen, kSleeping, std::memory_order_acquire) &&
      seen == kDone) {
    return;
  }
  while (state_.load(std::memory_order_acquire) != kDone) {
    Futex(&state_, FUTEX_WAIT_PRIVATE, kSleeping);
  }
}

void Event::Notify() {
  // After the exchange *this may be gone: the waiter may already have returned. Waking
  // an address that nobody sleeps on is harmless.
  uint32_t old = state_.exchange(kDone, std::memory_order_acq_rel);
  if (old == kSleeping) Futex(&state_, FUTEX_WAKE_PRIVATE, 1);
}

void Event::Reset() { state_.store(kNothing, std::memory_order_relaxed); }

}  // namespace trestle
