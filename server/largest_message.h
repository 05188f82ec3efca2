// The size of the largest response that an RPC has recently received.

#ifndef TRESTLE_SERVER_LARGEST_MESSAGE_H_
#define TRESTLE_SERVER_LARGEST_MESSAGE_H_

#include <algorithm>
#include <atomic>
#include <cstddef>

namespace trestle {

// The size in bytes of the largest message that calls of one RPC have recently received.
// Thread-safe.
class LargestMessage {
 public:
  // Returns the size, or `unknown` before the first message.
  size_t size(size_t unknown) const {
    const size_t next = next_.load(std::memory_order_relaxed);
    return next == 0 ? unknown : next - 1;
  }
  // Adds a message. Each one that is smaller takes a sixteenth off a size above 64 KiB, so that one
  // large message does not count forever.
  void Note(size_t size) {
    size_t before = next_.load(std::memory_order_relaxed);
    for (;;) {
      const size_t after = std::max(size + 1, before > kDecays ? before - before / 16 : before);
      if (after == before) return;
      if (next_.compare_exchange_weak(before, after, std::memory_order_relaxed)) return;
    }
  }

 private:
  static constexpr size_t kDecays = size_t{64} << 10;

  std::atomic<size_t> next_{0};  // one byte more than the largest message; 0 before the first one
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_LARGEST_MESSAGE_H_
