#include "trestle/server/concurrency/fiber.h"

#include <cxxabi.h>

#include <boost/context/fiber.hpp>
#include <memory>
#include <utility>

#include "trestle/server/concurrency/scheduler.h"
#include "trestle/server/concurrency/stack.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef __SANITIZE_THREAD__
#include <sanitizer/tsan_interface.h>
#endif

namespace trestle {
namespace {

// What the C++ runtime keeps per thread about exceptions in flight (Itanium C++ ABI 2.2.2);
// it has to travel with a fiber that parks inside of a catch.
struct ExceptionGlobals {
  void* caught = nullptr;
  unsigned int uncaught = 0;
};

// What the sanitizers are to be told of a switch from one stack to another; without them,
// nothing. Always inlined: ThreadSanitizer takes the end of a function for that of the last one
// that began on the same stack.
#define TRESTLE_INLINE __attribute__((always_inline)) inline
class StackSwitch {
 public:
  // Of a fiber: its stack.
  explicit StackSwitch(const Stack& stack) : bottom_(stack.bottom()), size_(stack.size()) {
#ifdef __SANITIZE_THREAD__
    self_ = __tsan_create_fiber(0);
#endif
  }
#ifdef __SANITIZE_ADDRESS__
  ~StackSwitch() { FreeFakeStack(); }
#elif defined(__SANITIZE_THREAD__)
  ~StackSwitch() { __tsan_destroy_fiber(self_); }
#else
  ~StackSwitch() = default;
#endif
  StackSwitch(const StackSwitch&) = delete;
  StackSwitch& operator=(const StackSwitch&) = delete;

  // Around the making of the fiber, which enters it for a moment: what its first functions put
  // aside must not be among what is put aside for this thread.
  TRESTLE_INLINE void BeforeMaking() {
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_start_switch_fiber(&thread_fake_stack_, bottom_, size_);
    __sanitizer_finish_switch_fiber(nullptr, &thread_bottom_, &thread_size_);
    __sanitizer_start_switch_fiber(&fake_stack_, thread_bottom_, thread_size_);
#endif
  }
  TRESTLE_INLINE void AfterMaking() {
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
    // A fiber that has ended has not left: its last functions are to end as its own.
    if (__tsan_get_current_fiber() != thread_) __tsan_switch_to_fiber(thread_, 0);
#endif
  }

  // Around the switch back to the thread, on the stack of the fiber; first of all the second.
  TRESTLE_INLINE void BeforeLeaving() {
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_start_switch_fiber(&fake_stack_, thread_bottom_, thread_size_);
#endif
#ifdef __SANITIZE_THREAD__
    __tsan_switch_to_fiber(thread_, 0);
#endif
  }
  // The same before its last functions end: those are still the fiber's own.
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
#ifdef __SANITIZE_ADDRESS__
  // AddressSanitizer frees what it has put aside for a stack when that is left for good, which
  // is too early for its last functions: so it is done here, by a switch there and back that
  // moves nothing.
  __attribute__((no_sanitize_address)) void FreeFakeStack() {
    __sanitizer_start_switch_fiber(&thread_fake_stack_, bottom_, size_);
    __sanitizer_finish_switch_fiber(fake_stack_, &thread_bottom_, &thread_size_);
    __sanitizer_start_switch_fiber(nullptr, thread_bottom_, thread_size_);
    __sanitizer_finish_switch_fiber(thread_fake_stack_, nullptr, nullptr);
  }
#endif

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

// Hands Boost a stack that the fiber keeps.
struct KeptStack {
  Stack* stack;
  boost::context::stack_context allocate() const {
    boost::context::stack_context context;
    context.size = stack->size();
    context.sp = stack->top();
    return context;
  }
  void deallocate(boost::context::stack_context&) const {}
};

}  // namespace

class Fiber {
 public:
  Fiber(Scheduler* scheduler, std::unique_ptr<Stack> stack)
      : scheduler_(scheduler), stack_(std::move(stack)), switch_(*stack_) {
    switch_.BeforeMaking();
    self_ = boost::context::fiber(
        std::allocator_arg, KeptStack{stack_.get()},
        [this](boost::context::fiber&& thread) { return Main(std::move(thread)); });
    switch_.AfterMaking();
  }

  Scheduler* scheduler() const { return scheduler_; }
  void set_work(std::function<void()> work) { work_ = std::move(work); }

  // On the stack of a thread: runs the fiber until it is left parked, or has ended.
  void Run();
  // On the fiber.
  void Park(bool (*on_parked)(void*), void* argument);

 private:
  friend class FiberQueue;

  boost::context::fiber Main(boost::context::fiber&& thread);

  Scheduler* const scheduler_;
  const std::unique_ptr<Stack> stack_;
  StackSwitch switch_;
  boost::context::fiber self_;    // while it is suspended
  boost::context::fiber thread_;  // while it runs
  std::function<void()> work_;
  bool (*settle_)(void*) = nullptr;
  void* settle_argument_ = nullptr;
  ExceptionGlobals exceptions_;
  Fiber* next_ = nullptr;  // in a FiberQueue
};

namespace {

struct ThreadState {
  Fiber* current = nullptr;
  int runs_fibers = 0;
  bool is_running = false;  // what is ready will be run
  FiberQueue ready;
  FiberQueue letting_arrive;
};

// Never inlined: a compiler that keeps the address of a thread_local across a switch would
// read another thread's.
__attribute__((noinline)) ThreadState& State() {
  static thread_local ThreadState state;
  asm volatile("" ::: "memory");
  return state;
}

bool Recycle(void* fiber) {
  auto* const parked = static_cast<Fiber*>(fiber);
  parked->scheduler()->Recycle(parked);
  return true;
}

}  // namespace

void Fiber::Run() {
  auto* const globals = reinterpret_cast<ExceptionGlobals*>(abi::__cxa_get_globals());
  const ExceptionGlobals of_thread = *globals;
  for (;;) {
    State().current = this;
    *globals = exceptions_;
    switch_.BeforeEntering();
    self_ = std::move(self_).resume();
    switch_.AfterReturning();
    exceptions_ = *globals;
    *globals = of_thread;
    State().current = nullptr;
    // Once it is parked the fiber may run on another thread before `on_parked` returns.
    if (!self_ || settle_(settle_argument_)) return;
  }
}

void Fiber::Park(bool (*on_parked)(void*), void* argument) {
  settle_ = on_parked;
  settle_argument_ = argument;
  switch_.BeforeLeaving();
  thread_ = std::move(thread_).resume();
  switch_.AfterEntering();
}

boost::context::fiber Fiber::Main(boost::context::fiber&& thread) {
  switch_.AfterEntering();
  thread_ = std::move(thread);
  while (work_) {
    work_();
    work_ = nullptr;  // what it holds is released before the fiber is anybody else's
    Park(&trestle::Recycle, this);
  }
  switch_.BeforeEnding();
  return std::move(thread_);
}

Fiber* CurrentFiber() { return State().current; }

void Park(bool (*on_parked)(void*), void* argument) { CurrentFiber()->Park(on_parked, argument); }

void Resume(Fiber* fiber) {
  ThreadState& thread = State();
  if (thread.runs_fibers == 0) return fiber->scheduler()->Post(fiber);
  thread.ready.Append(fiber);
  // On a fiber, or while one settles: after that.
  DeferResumes then;
}

DeferResumes::DeferResumes() : is_outermost_(!std::exchange(State().is_running, true)) {}

DeferResumes::~DeferResumes() {
  if (!is_outermost_) return;
  ThreadState& thread = State();
  while (!thread.ready.empty()) thread.ready.TakeFirst()->Run();
  thread.is_running = false;
}

void Yield() {
  Fiber* const fiber = CurrentFiber();
  if (fiber == nullptr) return;
  const auto post = [](void* parked) {
    auto* const self = static_cast<Fiber*>(parked);
    self->scheduler()->Post(self);
    return true;
  };
  Park(post, fiber);
}

void LetArrive() {
  Fiber* const fiber = CurrentFiber();
  if (fiber == nullptr) return;
  const auto append = [](void* parked) {
    State().letting_arrive.Append(static_cast<Fiber*>(parked));
    return true;
  };
  Park(append, fiber);
}

void RunOnThreadStack(absl::FunctionRef<void()> work) {
  if (CurrentFiber() == nullptr) return work();
  const auto call = [](void* function) {
    (*static_cast<absl::FunctionRef<void()>*>(function))();
    return false;
  };
  Park(call, &work);
}

Scheduler* SchedulerOf(const Fiber* fiber) { return fiber->scheduler(); }

FiberRunner::FiberRunner() { ++State().runs_fibers; }

FiberRunner::~FiberRunner() {
  RunLeft();
  --State().runs_fibers;
}

bool FiberRunner::HasLeft() const { return !State().letting_arrive.empty(); }

void FiberRunner::RunLeft() {
  // Only those that there are: what they let arrive next has to be looked for first.
  FiberQueue left = std::exchange(State().letting_arrive, FiberQueue());
  while (!left.empty()) Resume(left.TakeFirst());
}

void FiberQueue::Append(Fiber* fiber) {
  fiber->next_ = nullptr;
  (first_ == nullptr ? first_ : last_->next_) = fiber;
  last_ = fiber;
}

Fiber* FiberQueue::TakeFirst() {
  Fiber* const fiber = first_;
  first_ = fiber->next_;
  return fiber;
}

Fiber* NewFiber(Scheduler* scheduler, size_t stack_size) {
  std::unique_ptr<Stack> stack = Stack::Make(stack_size);
  return stack == nullptr ? nullptr : new Fiber(scheduler, std::move(stack));
}

void SetWork(Fiber* fiber, std::function<void()> work) { fiber->set_work(std::move(work)); }

void DeleteFiber(Fiber* fiber) {
  fiber->Run();  // to the end, for there is no work
  delete fiber;
}

}  // namespace trestle
