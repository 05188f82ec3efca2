// Announces stack switches to the sanitizers.

#ifndef TRESTLE_SERVER_CONCURRENCY_STACK_SWITCH_H_
#define TRESTLE_SERVER_CONCURRENCY_STACK_SWITCH_H_

#include <cstddef>

#include "trestle/server/concurrency/stack.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef __SANITIZE_THREAD__
#include <sanitizer/tsan_interface.h>
#endif

namespace trestle {

// The functions around a switch are always inlined: ThreadSanitizer mistakes the end of a function
// for that of the last one that began on the same stack.
#define TRESTLE_INLINE __attribute__((always_inline)) inline

// One fiber's switches. Does nothing in a build without sanitizers.
class StackSwitch {
 public:
  // `stack` is the fiber's.
  explicit StackSwitch(const Stack& stack);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  ~StackSwitch();
#else
  ~StackSwitch() = default;
#endif
  StackSwitch(const StackSwitch&) = delete;
  StackSwitch& operator=(const StackSwitch&) = delete;

  // Around the construction of the fiber, which enters it for a moment: AddressSanitizer must not
  // keep the frames of its first functions among those of this thread.
  TRESTLE_INLINE void BeforeConstruction() {
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_start_switch_fiber(&thread_fake_stack_, bottom_, size_);
    __sanitizer_finish_switch_fiber(nullptr, &thread_bottom_, &thread_size_);
    __sanitizer_start_switch_fiber(&fake_stack_, thread_bottom_, thread_size_);
#endif
  }
  TRESTLE_INLINE void AfterConstruction() {
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_finish_switch_fiber(thread_fake_stack_, nullptr, nullptr);
#endif
  }

  // Around the switch to the fiber, on the stack of a thread.
  TRESTLE_INLINE void BeforeEntering() {
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_start_switch_fiber(&thread_fake_stack_, bottom_, size_);
#endif
#ifdef __SANITIZE_THREAD__
    thread_ = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(self_, 0);
#endif
  }
  TRESTLE_INLINE void AfterReturning() {
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_finish_switch_fiber(thread_fake_stack_, nullptr, nullptr);
#endif
#ifdef __SANITIZE_THREAD__
    // A fiber that has ended did not call BeforeLeaving: its last functions end as its own.
    if (__tsan_get_current_fiber() != thread_) __tsan_switch_to_fiber(thread_, 0);
#endif
  }

  // Around the switch back to the thread, on the stack of the fiber, which begins with
  // AfterEntering.
  TRESTLE_INLINE void BeforeLeaving() {
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_start_switch_fiber(&fake_stack_, thread_bottom_, thread_size_);
#endif
#ifdef __SANITIZE_THREAD__
    __tsan_switch_to_fiber(thread_, 0);
#endif
  }
  // Instead of BeforeLeaving, when the fiber ends: the functions that follow are still its own.
  TRESTLE_INLINE void BeforeEnding() {
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_start_switch_fiber(&fake_stack_, thread_bottom_, thread_size_);
#endif
  }
  TRESTLE_INLINE void AfterEntering() {
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_finish_switch_fiber(fake_stack_, &thread_bottom_, &thread_size_);
#endif
  }

 private:
  void FreeFakeStack();

  [[maybe_unused]] const void* const bottom_;
  [[maybe_unused]] const size_t size_;
#ifdef __SANITIZE_ADDRESS__
  void* fake_stack_ = nullptr;
  void* thread_fake_stack_ = nullptr;
  const void* thread_bottom_ = nullptr;
  size_t thread_size_ = 0;
#endif
#ifdef __SANITIZE_THREAD__
  void* self_ = nullptr;
  void* thread_ = nullptr;
#endif
};

#undef TRESTLE_INLINE

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_STACK_SWITCH_H_
