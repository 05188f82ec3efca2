// Checks of fuzz targets.

#ifndef TRESTLE_TESTS_FUZZ_CHECK_H_
#define TRESTLE_TESTS_FUZZ_CHECK_H_

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/string_view.h"

namespace trestle {

// Aborts the program, in every build, unless `holds`. `what` is the property, `found` the value
// that violates it.
inline void Check(bool holds, absl::string_view what, absl::string_view found = {}) {
  if (holds) return;
  fprintf(stderr, "Does not hold: %.*s\nFound: %.*s\n", static_cast<int>(what.size()), what.data(),
          static_cast<int>(found.size()), found.data());
  abort();
}

// The input of LLVMFuzzerTestOneInput as text.
inline absl::string_view ToText(const uint8_t* data, size_t size) {
  // An empty input can be a null pointer, for which absl::StrSplit returns no elements.
  if (size == 0) return "";
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace trestle

#endif  // TRESTLE_TESTS_FUZZ_CHECK_H_
