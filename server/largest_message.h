// The size of the largest response that an RPC has received.

#ifndef TRESTLE_SERVER_LARGEST_MESSAGE_H_
#define TRESTLE_SERVER_LARGEST_MESSAGE_H_

#include <atomic>
#include <cstddef>

namespace trestle {

// The size in bytes of the largest message that calls of one method have received. Thread-safe.
class LargestMessage {
 public:
  size_t size() const { return size_.load(std::memory_order_relaxed); }
  void Note(size_t size) {
    size_t before = size_.load(std::memory_order_relaxed);
    while (size > before && !size_.compare_exchange_weak(before, size, std::memory_order_relaxed)) {
    }
  }

 private:
  std::atomic<size_t> size_{0};
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_LARGEST_MESSAGE_H_
