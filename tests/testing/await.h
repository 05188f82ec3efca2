// Waiting for what is about to become true, in tests.

#ifndef TRESTLE_TESTS_TESTING_AWAIT_H_
#define TRESTLE_TESTS_TESTING_AWAIT_H_

#include <functional>

#include "absl/strings/string_view.h"

namespace trestle {

// Returns as soon as `condition` is true. If it is not within a minute, the test fails with "waited
// in vain until", and `what`; and this returns, so that it ends. From any thread.
void AwaitTrue(absl::string_view what, const std::function<bool()>& condition);

}  // namespace trestle

#endif  // TRESTLE_TESTS_TESTING_AWAIT_H_
