// A fiber and the thread that runs it are two stacks that switch to each other. Fiber::Run, on the
// thread's stack, switches to the fiber's. Fiber::Park switches back and leaves a function,
// `on_parked`, which Run calls on the thread's stack. Only there may the fiber be handed to others,
// since only then is it completely suspended: from that moment it may run on another thread.
//
// Fibers do not nest. A Resume on a thread that is running a fiber appends to the thread's `ready`
// queue, which the outermost DeferResumes works off once the fiber has parked. So the stack of the
// thread stays flat, however many fibers resume each other.
//
// Fiber::Main runs one piece of work after another. Between two of them the fiber is parked and
// belongs to its scheduler; one that is resumed without work ends.

#include "trestle/server/concurrency/fiber.h"

#include <cxxabi.h>

#include <boost/context/fiber.hpp>
#include <memory>
#include <utility>

#include "trestle/server/concurrency/fiber_control.h"
#include "trestle/server/concurrency/scheduler.h"
#include "trestle/server/concurrency/stack.h"
#include "trestle/server/concurrency/stack_switch.h"

namespace trestle {
namespace {

// The C++ runtime's per-thread state of exceptions in flight (Itanium C++ ABI 2.2.2). It travels
// with a fiber that parks in a catch clause.
struct ExceptionGlobals {
  void* caught = nullptr;
  unsigned int uncaught = 0;
};

// Gives Boost a stack that the fiber owns.
struct OwnedStack {
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
    switch_.BeforeConstruction();
    self_ = boost::context::fiber(
        std::allocator_arg, OwnedStack{stack_.get()},
        [this](boost::context::fiber&& thread) { return Main(std::move(thread)); });
    switch_.AfterConstruction();
  }

  Scheduler* scheduler() const { return scheduler_; }
  void set_work(std::function<void()> work) { work_ = std::move(work); }

  // Runs the fiber until it stays parked or ends. Called on the stack of a thread.
  void Run();
  // Called on the fiber.
  void Park(bool (*on_parked)(void*), void* argument);

 private:
  friend class FiberQueue;

  boost::context::fiber Main(boost::context::fiber&& thread);

  Scheduler* const scheduler_;
  const std::unique_ptr<Stack> stack_;
  StackSwitch switch_;
  boost::context::fiber self_;    // valid while the fiber is suspended
  boost::context::fiber thread_;  // valid while the fiber runs
  std::function<void()> work_;
  bool (*on_parked_)(void*) = nullptr;
  void* argument_ = nullptr;
  ExceptionGlobals exceptions_;
  Fiber* next_ = nullptr;  // in a FiberQueue
};

namespace {

struct ThreadState {
  Fiber* current = nullptr;
  int runs_fibers = 0;
  bool is_running = false;  // a DeferResumes exists, and will run what is ready
  FiberQueue ready;
};

// Never inlined: a compiler that keeps the address of a thread_local across a switch would read
// another thread's.
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
    // The fiber may run on another thread before `on_parked` returns.
    if (!self_ || on_parked_(argument_)) return;
  }
}

void Fiber::Park(bool (*on_parked)(void*), void* argument) {
  on_parked_ = on_parked;
  argument_ = argument;
  switch_.BeforeLeaving();
  thread_ = std::move(thread_).resume();
  switch_.AfterEntering();
}

boost::context::fiber Fiber::Main(boost::context::fiber&& thread) {
  switch_.AfterEntering();
  thread_ = std::move(thread);
  while (work_) {
    work_();
    work_ = nullptr;  // releases what it holds before the fiber gets its next work
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
  // Runs it, unless this thread is running a fiber or its `on_parked`: then afterwards.
  DeferResumes run_ready;
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

FiberRunner::~FiberRunner() { --State().runs_fibers; }

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
  fiber->Run();  // ends, since there is no work
  delete fiber;
}

}  // namespace trestle
