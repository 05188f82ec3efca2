#include "trestle/server/concurrency/stack.h"

#include <sys/mman.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

namespace trestle {
namespace {

size_t PageSize() {
  static const auto size = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return size;
}

}  // namespace

std::unique_ptr<Stack> Stack::Make(size_t size) {
  const size_t page = PageSize();
  const size_t usable = (size + page - 1) / page * page;
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
  // What AddressSanitizer has marked in the frames of a stack that is left for good would be
  // taken for marks of what is mapped here next.
  __asan_unpoison_memory_region(bottom_, size_);
#endif
  munmap(bottom_ - PageSize(), PageSize() + size_);
}

}  // namespace trestle
