// Initial shelves and books.

#ifndef TRESTLE_EXAMPLES_LIBRARY_SEED_H_
#define TRESTLE_EXAMPLES_LIBRARY_SEED_H_

#include "absl/status/status.h"
#include "trestle/examples/library/store.h"

namespace library {

// Adds three shelves, their books and the text of one book, unless there already are shelves.
absl::Status Seed(Store& store);

}  // namespace library

#endif  // TRESTLE_EXAMPLES_LIBRARY_SEED_H_
