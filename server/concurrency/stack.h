// The memory of a fiber's stack.

#ifndef TRESTLE_SERVER_CONCURRENCY_STACK_H_
#define TRESTLE_SERVER_CONCURRENCY_STACK_H_

#include <cstddef>
#include <memory>

namespace trestle {

// A memory mapping, of which only touched pages cost memory, above a guard page: a stack that
// overflows ends the process instead of overwriting other memory. The kernel allows some 65,000
// mappings (vm.max_map_count), of which each stack takes two.
class Stack {
 public:
  // Makes a stack of `size` bytes, rounded up to pages. Returns null if there is no memory or no
  // mapping left, or if less than 32 MiB of the process's address space (RLIMIT_AS) would be left.
  static std::unique_ptr<Stack> Make(size_t size);
  ~Stack();
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;

  char* bottom() const { return bottom_; }  // the lowest address; stacks grow towards it
  char* top() const { return bottom_ + size_; }
  size_t size() const { return size_; }

 private:
  Stack(char* bottom, size_t size) : bottom_(bottom), size_(size) {}

  char* const bottom_;
  const size_t size_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_STACK_H_
