// How often a test's program has asked for memory.

#ifndef TRESTLE_TESTS_TESTING_COUNT_ALLOCATIONS_H_
#define TRESTLE_TESTS_TESTING_COUNT_ALLOCATIONS_H_

namespace trestle {

// Calls of operator new by this thread so far. Linking this in replaces that operator.
int AllocationCount();

}  // namespace trestle

#endif  // TRESTLE_TESTS_TESTING_COUNT_ALLOCATIONS_H_
