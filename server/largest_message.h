// The size of the largest response that an RPC has received.

#ifndef TRESTLE_SERVER_LARGEST_MESSAGE_H_
#define TRESTLE_SERVER_LARGEST_MESSAGE_H_

#include <atomic>
#include <cstddef>

namespace trestle {

// The size in bytes of the largest message that calls of one method have received. Thread-safe.
class LargestMessage {
 public:
  // Returns the size, or `unknown` before the first message.
  size_t size(size_t unknown) const {
    const size_t next = next_.load(std::memory_order_relaxed);
    return next == 0 ? unknown : next - 1;
  }
  void Note(size_t size) {
    size_t before = next_.load(std::memory_order_relaxed);
    while (size >= before &&
           !next_.compare_exchange_weak(before, size + 1, std::memory_order_relaxed)) {
    }
  }

 private:
  std::atomic<size_t> next_{0};  // one byte more than the largest message; 0 before the first one
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_LARGEST_MESSAGE_H_
