// Counts memory allocations.

#ifndef TRESTLE_TESTS_TESTING_COUNT_ALLOCATIONS_H_
#define TRESTLE_TESTS_TESTING_COUNT_ALLOCATIONS_H_

namespace trestle {

// Returns the number of calls of operator new on this thread so far. Linking this replaces that
// operator.
int AllocationCount();

}  // namespace trestle

#endif  // TRESTLE_TESTS_TESTING_COUNT_ALLOCATIONS_H_
