// The rules that shelves and books keep to, whoever changes them.

#ifndef TRESTLE_EXAMPLES_LIBRARY_BOOK_H_
#define TRESTLE_EXAMPLES_LIBRARY_BOOK_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/timestamp.pb.h"
#include "library/v1/library.pb.h"
#include "trestle/examples/library/violations.h"

namespace library {

// Adds what is wrong with the resource, which is the field `path` of its request.
void CheckShelf(const v1::Shelf& shelf, absl::string_view path, Violations* violations);
void CheckBook(const v1::Book& book, absl::string_view path, Violations* violations);

// EtagMismatch unless `etag` is empty or that of `book`.
absl::Status CheckEtag(const v1::Book& book, absl::string_view etag);

// The time by the system's clock. Of one that is finer than protobuf's own, which counts
// seconds: two changes must not have the same etag.
google::protobuf::Timestamp Now();

// Notes that `*book` changes now: its update_time, and with it its etag.
void Touch(v1::Book* book);

}  // namespace library

#endif  // TRESTLE_EXAMPLES_LIBRARY_BOOK_H_
