// Stores shelves and books in a SQLite database.

#ifndef TRESTLE_EXAMPLES_LIBRARY_STORE_H_
#define TRESTLE_EXAMPLES_LIBRARY_STORE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "google/api/httpbody.pb.h"
#include "library/v1/library.pb.h"
#include "trestle/examples/library/page.h"
#include "trestle/examples/library/sqlite.h"

namespace library {

// Changes a shelf or book. An error leaves the stored value unchanged and is returned to the
// caller.
using EditShelf = absl::FunctionRef<absl::Status(v1::Shelf& shelf)>;
using EditBook = absl::FunctionRef<absl::Status(v1::Book& book)>;

// The treatment of the books on a deleted shelf.
enum class Books { kKeep, kDelete };

// A filter for books; empty fields match all books.
struct BookFilter {
  std::string shelf;     // its name
  std::string contains;  // in title or authors, in lower case
};

// Thread-safe. Every change is atomic, and is in the file when the call returns. Errors are
// NotFound and AlreadyExists, which name the resource, and Unavailable while another program has
// locked the file (error.h).
class Store {
 public:
  // Opens the library in `file`, which is created if it does not exist; ":memory:" is a library
  // that is lost with the store.
  static absl::StatusOr<std::unique_ptr<Store>> Open(const std::string& file);

  absl::StatusOr<v1::Shelf> GetShelf(absl::string_view name);
  // Returns shelves ordered by name, up to one more than `page.size`, which shows that there is
  // another page.
  absl::StatusOr<std::vector<v1::Shelf>> ListShelves(const Page& page);
  absl::Status CreateShelf(const v1::Shelf& shelf);
  absl::StatusOr<v1::Shelf> UpdateShelf(absl::string_view name, EditShelf edit);
  // Fails with FailedPrecondition if there are books that must be kept.
  absl::Status DeleteShelf(absl::string_view name, Books books);

  absl::StatusOr<v1::Book> GetBook(absl::string_view name);
  // Like ListShelves. Fails with NotFound if the filter's shelf does not exist.
  absl::StatusOr<std::vector<v1::Book>> ListBooks(const BookFilter& filter, const Page& page);
  // Fails with NotFound if the shelf does not exist.
  absl::Status CreateBook(const v1::Book& book);
  // `edit` may also change the name, which moves the book with its text.
  absl::StatusOr<v1::Book> UpdateBook(absl::string_view name, EditBook edit);
  // Deletes the book if `check` returns OK.
  absl::Status DeleteBook(absl::string_view name, EditBook check);

  // Returns the text of a book. Fails with NotFound if it has none.
  absl::StatusOr<google::api::HttpBody> GetText(absl::string_view book);
  absl::StatusOr<v1::Book> PutText(absl::string_view book, const google::api::HttpBody& text,
                                   EditBook edit);

  // Returns the first titles that start with `prefix`, which is in lower case, without duplicates.
  absl::StatusOr<std::vector<std::string>> Titles(absl::string_view prefix, int limit);

 private:
  using Work = absl::FunctionRef<absl::Status(Database&)>;

  explicit Store(std::unique_ptr<Database> database) : database_(std::move(database)) {}

  absl::Status Read(Work work);
  absl::Status Write(Work work);  // atomic

  absl::Mutex mutex_;  // held while the database is used
  const std::unique_ptr<Database> database_;
};

}  // namespace library

#endif  // TRESTLE_EXAMPLES_LIBRARY_STORE_H_
