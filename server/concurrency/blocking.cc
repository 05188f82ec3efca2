#include "trestle/server/concurrency/blocking.h"

#include <exception>

#include "trestle/server/concurrency/event.h"
#include "trestle/server/concurrency/fiber.h"
#include "trestle/server/concurrency/fiber_control.h"
#include "trestle/server/concurrency/scheduler.h"
#include "trestle/server/concurrency/worker_pool.h"

namespace trestle {

void RunBlocking(const std::function<void()>& work) {
  Fiber* const fiber = CurrentFiber();
  WorkerPool* const pool = fiber == nullptr ? nullptr : SchedulerOf(fiber)->blocking();
  if (pool == nullptr) return work();
  Event done;
  std::exception_ptr thrown;
  const bool is_taken = pool->Submit([&] {
    try {
      work();
    } catch (...) {
      thrown = std::current_exception();
    }
    // This thread runs no fibers: Notify posts the waiting one to its scheduler.
    done.Notify();
  });
  if (!is_taken) return work();
  done.Wait();
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace trestle
