// How much memory the bodies that are kept whole may take, all together.

#ifndef TRESTLE_SERVER_HTTP_BUFFER_BUDGET_H_
#define TRESTLE_SERVER_HTTP_BUFFER_BUDGET_H_

#include <atomic>
#include <cstddef>

namespace trestle {

// Thread-safe.
class BufferBudget {
 public:
  explicit BufferBudget(size_t bytes) : left_(bytes) {}

  // Takes `bytes` if there are as many left.
  bool Take(size_t bytes) {
    size_t left = left_;
    while (left >= bytes) {
      if (left_.compare_exchange_weak(left, left - bytes)) return true;
    }
    return false;
  }
  void Return(size_t bytes) { left_ += bytes; }

 private:
  std::atomic<size_t> left_;
};

// What somebody has taken, and gives back at the end. For one thread at a time.
class BufferShare {
 public:
  explicit BufferShare(BufferBudget* budget) : budget_(*budget) {}
  ~BufferShare() { budget_.Return(taken_); }
  BufferShare(const BufferShare&) = delete;
  BufferShare& operator=(const BufferShare&) = delete;

  bool Grow(size_t bytes) {
    if (!budget_.Take(bytes)) return false;
    taken_ += bytes;
    return true;
  }

 private:
  BufferBudget& budget_;
  size_t taken_ = 0;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_BUFFER_BUDGET_H_
