// The names of shelves and books: "shelves/{shelf}" and "shelves/{shelf}/books/{book}".

#ifndef TRESTLE_EXAMPLES_LIBRARY_RESOURCE_NAME_H_
#define TRESTLE_EXAMPLES_LIBRARY_RESOURCE_NAME_H_

#include <string>

#include "absl/strings/string_view.h"

namespace library {

// What an ID must look like, to be read after a field's path.
inline constexpr char kIdRule[] =
    "must be lower-case letters, digits and hyphens, a letter first, at most 63 characters";

// Whether `id` may be the last part of a name (AIP-122).
bool IsResourceId(absl::string_view id);

// An ID that nobody has used yet, for callers who bring none.
std::string NewResourceId();

// "shelves/{id}"
std::string ShelfName(absl::string_view id);
// "{shelf}/books/{id}", `shelf` being a shelf's name.
std::string BookName(absl::string_view shelf, absl::string_view id);

// Whether `name` is a shelf's name, its ID well formed.
bool IsShelfName(absl::string_view name);

// The two parts of a book's name: "shelves/1/books/2" is of the shelf "shelves/1" and has
// the ID "2". Empty for a name that is no book's.
absl::string_view ShelfOf(absl::string_view book);
absl::string_view IdOf(absl::string_view book);

}  // namespace library

#endif  // TRESTLE_EXAMPLES_LIBRARY_RESOURCE_NAME_H_
