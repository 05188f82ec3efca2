// The names of shelves and books: "shelves/{shelf}" and "shelves/{shelf}/books/{book}".

#ifndef TRESTLE_EXAMPLES_LIBRARY_RESOURCE_NAME_H_
#define TRESTLE_EXAMPLES_LIBRARY_RESOURCE_NAME_H_

#include <string>

#include "absl/strings/string_view.h"

namespace library {

// The syntax of an ID, as the end of a sentence that starts with the path of a field.
inline constexpr char kIdRule[] =
    "must be lower-case letters, digits and hyphens, a letter first, at most 63 characters";

// Returns true if `id` may be the last part of a name (AIP-122).
bool IsResourceId(absl::string_view id);

// Returns a new unique ID, for requests without one.
std::string NewResourceId();

// Returns "shelves/{id}".
std::string ShelfName(absl::string_view id);
// Returns "{shelf}/books/{id}"; `shelf` is a shelf's name.
std::string BookName(absl::string_view shelf, absl::string_view id);

// Returns true if `name` is a shelf's name with a valid ID.
bool IsShelfName(absl::string_view name);

// Return the parts of a book's name: "shelves/1/books/2" has the shelf "shelves/1" and the ID "2".
// Empty if `name` is not a book's name.
absl::string_view ShelfOf(absl::string_view book);
absl::string_view IdOf(absl::string_view book);

}  // namespace library

#endif  // TRESTLE_EXAMPLES_LIBRARY_RESOURCE_NAME_H_
