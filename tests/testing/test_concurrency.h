// Whether the server of a test runs requests on fibers or on threads.

#ifndef TRESTLE_TESTS_TESTING_TEST_CONCURRENCY_H_
#define TRESTLE_TESTS_TESTING_TEST_CONCURRENCY_H_

#include <cstdlib>
#include <string>

#include "trestle/server/concurrency/concurrency.h"

namespace trestle {

// Tests run twice (both_ways.bzl): on fibers, and on threads if TRESTLE_TEST_CONCURRENCY says so.
inline Concurrency TestConcurrency() {
  const char* const name = std::getenv("TRESTLE_TEST_CONCURRENCY");
  return name != nullptr && std::string(name) == "threads" ? Concurrency::kThreads
                                                           : Concurrency::kFibers;
}

}  // namespace trestle

#endif  // TRESTLE_TESTS_TESTING_TEST_CONCURRENCY_H_
