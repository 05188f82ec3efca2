// Limits the memory that the messages of all requests take together.

#ifndef TRESTLE_SERVER_BUFFER_BUDGET_H_
#define TRESTLE_SERVER_BUFFER_BUDGET_H_

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>

namespace trestle {

// A number of bytes that shares are taken from. Thread-safe.
class BufferBudget {
 public:
  explicit BufferBudget(size_t bytes) : size_(bytes), left_(bytes) {}

  size_t size() const { return size_; }
  size_t taken() const { return size_ - left_; }

  // Takes `bytes` and returns true if as many are left.
  bool Take(size_t bytes) {
    size_t left = left_;
    while (left >= bytes) {
      if (left_.compare_exchange_weak(left, left - bytes)) return true;
    }
    return false;
  }
  void Return(size_t bytes) { left_ += bytes; }

 private:
  const size_t size_;
  std::atomic<size_t> left_;
};

// The memory that one owner holds, which is charged to a budget for as long as the share lives.
// Move it along with the memory. To be used by one thread at a time.
class BufferShare {
 public:
  // Up to this many bytes are not charged: any request takes as much.
  static constexpr size_t kFree = size_t{1} << 10;

  // Without a budget: any size fits.
  BufferShare() = default;
  // Holds nothing yet. A null `budget` is no budget.
  explicit BufferShare(std::shared_ptr<BufferBudget> budget) : budget_(std::move(budget)) {}
  ~BufferShare() { Release(); }
  BufferShare(BufferShare&& other) noexcept
      : budget_(std::move(other.budget_)), size_(std::exchange(other.size_, 0)) {}
  BufferShare& operator=(BufferShare&& other) noexcept {
    Release();
    budget_ = std::move(other.budget_);
    size_ = std::exchange(other.size_, 0);
    return *this;
  }

  // Changes the size to `bytes`. Returns false, without a change, if the budget has too few left.
  bool Resize(size_t bytes) {
    const size_t before = Charge(size_);
    const size_t after = Charge(bytes);
    if (budget_ != nullptr) {
      if (after > before && !budget_->Take(after - before)) return false;
      if (after < before) budget_->Return(before - after);
    }
    size_ = bytes;
    return true;
  }
  // Adds `bytes` to the size; false as for Resize.
  bool Grow(size_t bytes) { return Resize(size_ + bytes); }
  // Changes the size to 0.
  void Release() { Resize(0); }
  // Moves `bytes` of what it holds, which has as many, to a share of the same budget.
  BufferShare Split(size_t bytes) {
    BufferShare part;
    part.budget_ = budget_;
    part.size_ = bytes;
    const size_t rest = size_ - bytes;
    // The parts may cost less than the whole, and never more.
    if (budget_ != nullptr) budget_->Return(Charge(size_) - Charge(rest) - Charge(bytes));
    size_ = rest;
    return part;
  }

  size_t size() const { return size_; }
  bool has_budget() const { return budget_ != nullptr; }
  // Bytes of its budget in all, which there is.
  size_t budget_size() const { return budget_->size(); }

 private:
  static size_t Charge(size_t bytes) { return bytes <= kFree ? 0 : bytes; }

  std::shared_ptr<BufferBudget> budget_;
  size_t size_ = 0;
};

// Makes `*text` large enough for `size` bytes, at the cost of `*share`, which holds the capacity of
// `*text` among other memory; null: at no cost. Takes twice the capacity, but more than `most` only
// if `size` is. Returns false, and changes nothing, when the budget has too few bytes left for the
// old memory and the new: both exist while the bytes move.
bool MakeRoom(size_t size, size_t most, std::string* text, BufferShare* share);

}  // namespace trestle

#endif  // TRESTLE_SERVER_BUFFER_BUDGET_H_
