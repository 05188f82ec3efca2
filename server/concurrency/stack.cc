#include "trestle/server/concurrency/stack.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

namespace trestle {
namespace {

size_t PageSize() {
  static const auto size = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return size;
}

// Returns the size of the address space that the process uses; 0 if that cannot be read.
size_t AddressSpaceInUse() {
  std::FILE* const file = std::fopen("/proc/self/statm", "re");
  if (file == nullptr) return 0;
  size_t pages = 0;
  if (std::fscanf(file, "%zu", &pages) != 1) pages = 0;
  std::fclose(file);
  return pages * PageSize();
}

// Stacks leave this much of a limited address space (ulimit -v) to everything else. Without memory
// for a stack the server can refuse a request; without memory for a few bytes it must end.
constexpr size_t kReserve = size_t{32} << 20;

// Returns whether that much is left after `size` more bytes.
bool LeavesAddressSpace(size_t size) {
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return true;
  return size <= limit.rlim_cur && AddressSpaceInUse() + kReserve <= limit.rlim_cur - size;
}

}  // namespace

std::unique_ptr<Stack> Stack::Make(size_t size) {
  const size_t page = PageSize();
  const size_t usable = (size + page - 1) / page * page;
  if (!LeavesAddressSpace(page + usable)) return nullptr;
  void* const mapping = mmap(nullptr, page + usable, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (mapping == MAP_FAILED) return nullptr;
  if (mprotect(mapping, page, PROT_NONE) != 0) {
    munmap(mapping, page + usable);
    return nullptr;
  }
  return std::unique_ptr<Stack>(new Stack(static_cast<char*>(mapping) + page, usable));
}

Stack::~Stack() {
#ifdef __SANITIZE_ADDRESS__
  // Otherwise AddressSanitizer would apply the marks of this stack's frames to the next mapping at
  // this address.
  __asan_unpoison_memory_region(bottom_, size_);
#endif
  munmap(bottom_ - PageSize(), PageSize() + size_);
}

}  // namespace trestle
