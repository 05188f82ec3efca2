#include "trestle/server/concurrency/stack_switch.h"

namespace trestle {

StackSwitch::StackSwitch(const Stack& stack) : bottom_(stack.bottom()), size_(stack.size()) {
#ifdef __SANITIZE_THREAD__
  self_ = __tsan_create_fiber(0);
#endif
}

#ifdef __SANITIZE_ADDRESS__
StackSwitch::~StackSwitch() { FreeFakeStack(); }
#elif defined(__SANITIZE_THREAD__)
StackSwitch::~StackSwitch() { __tsan_destroy_fiber(self_); }
#endif

#ifdef __SANITIZE_ADDRESS__
// AddressSanitizer frees its copy of a stack's frames when the stack is left for good. That is too
// early for the fiber's last functions, so it is freed here: by a switch there and back that moves
// nothing.
__attribute__((no_sanitize_address)) void StackSwitch::FreeFakeStack() {
  __sanitizer_start_switch_fiber(&thread_fake_stack_, bottom_, size_);
  __sanitizer_finish_switch_fiber(fake_stack_, &thread_bottom_, &thread_size_);
  __sanitizer_start_switch_fiber(nullptr, thread_bottom_, thread_size_);
  __sanitizer_finish_switch_fiber(thread_fake_stack_, nullptr, nullptr);
}
#endif

}  // namespace trestle
