// Memory for a fiber's stack.

#ifndef TRESTLE_SERVER_CONCURRENCY_STACK_H_
#define TRESTLE_SERVER_CONCURRENCY_STACK_H_

#include <cstddef>
#include <memory>

namespace trestle {

// A mapping of its own, of which only the pages that have been touched cost memory. Below it
// lies a page that none may touch, so that a stack that overflows ends the process and not its
// neighbour. The kernel allows some 65,000 mappings (vm.max_map_count); a stack is two.
class Stack {
 public:
  // `size` in bytes, rounded up to pages. Null when there is no memory or no mapping left, or when
  // less than 32 MiB of the address space that the process may have (RLIMIT_AS) would be left.
  static std::unique_ptr<Stack> Make(size_t size);
  ~Stack();
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;

  char* bottom() const { return bottom_; }  // the lowest byte; stacks grow towards it
  char* top() const { return bottom_ + size_; }
  size_t size() const { return size_; }

 private:
  Stack(char* bottom, size_t size) : bottom_(bottom), size_(size) {}

  char* const bottom_;
  const size_t size_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_STACK_H_
