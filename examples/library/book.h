// The rules for shelves and books.

#ifndef TRESTLE_EXAMPLES_LIBRARY_BOOK_H_
#define TRESTLE_EXAMPLES_LIBRARY_BOOK_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/timestamp.pb.h"
#include "library/v1/library.pb.h"
#include "trestle/examples/library/violations.h"

namespace library {

// Adds the violations of the resource, which is the field `path` of its request.
void CheckShelf(const v1::Shelf& shelf, absl::string_view path, Violations* violations);
void CheckBook(const v1::Book& book, absl::string_view path, Violations* violations);

// Returns EtagMismatch unless `etag` is empty or that of `book`.
absl::Status CheckEtag(const v1::Book& book, absl::string_view etag);

// Returns the system time. Its resolution is finer than that of protobuf's function, which counts
// seconds, because two changes must not have the same etag.
google::protobuf::Timestamp Now();

// Sets the update_time and etag of `*book` for a change at this moment.
void Touch(v1::Book* book);

}  // namespace library

#endif  // TRESTLE_EXAMPLES_LIBRARY_BOOK_H_
