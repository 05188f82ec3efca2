// Where shelves and books are kept: a SQLite database.

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

// Changes a shelf or book; an error leaves what is stored as it was, and is handed on.
using EditShelf = absl::FunctionRef<absl::Status(v1::Shelf& shelf)>;
using EditBook = absl::FunctionRef<absl::Status(v1::Book& book)>;

// What becomes of the books of a shelf that is deleted.
enum class Books { kKeep, kDelete };

// Which books to list; what is empty does not matter.
struct BookFilter {
  std::string shelf;     // its name
  std::string contains;  // in title or authors, in lower case
};

// Thread-safe. Every change is whole or does not happen, and is in the file when the
// call returns. NotFound and AlreadyExists name the resource; Unavailable while another
// program has the file locked (error.h).
class Store {
 public:
  // Opens the library in `file`, which is made if it does not exist; ":memory:" is one
  // that goes with the store.
  static absl::StatusOr<std::unique_ptr<Store>> Open(const std::string& file);

  absl::StatusOr<v1::Shelf> GetShelf(absl::string_view name);
  // In the order of names, and one more than `page.size`, if there is: more are to come.
  absl::StatusOr<std::vector<v1::Shelf>> ListShelves(const Page& page);
  absl::Status CreateShelf(const v1::Shelf& shelf);
  absl::StatusOr<v1::Shelf> UpdateShelf(absl::string_view name, EditShelf edit);
  // FailedPrecondition if there are books to be kept.
  absl::Status DeleteShelf(absl::string_view name, Books books);

  absl::StatusOr<v1::Book> GetBook(absl::string_view name);
  // As ListShelves. NotFound if the filter's shelf does not exist.
  absl::StatusOr<std::vector<v1::Book>> ListBooks(const BookFilter& filter, const Page& page);
  // NotFound if there is no such shelf.
  absl::Status CreateBook(const v1::Book& book);
  // `edit` may change the name too: then the book moves, and its text with it.
  absl::StatusOr<v1::Book> UpdateBook(absl::string_view name, EditBook edit);
  // Deletes the book unless `check` objects.
  absl::Status DeleteBook(absl::string_view name, EditBook check);

  // The text of a book; NotFound if it has none.
  absl::StatusOr<google::api::HttpBody> GetText(absl::string_view book);
  absl::StatusOr<v1::Book> PutText(absl::string_view book, const google::api::HttpBody& text,
                                   EditBook edit);

  // The first titles that begin with `prefix`, which is in lower case; each once.
  absl::StatusOr<std::vector<std::string>> Titles(absl::string_view prefix, int limit);

 private:
  using Work = absl::FunctionRef<absl::Status(Database&)>;

  explicit Store(std::unique_ptr<Database> database) : database_(std::move(database)) {}

  absl::Status Read(Work work);
  absl::Status Write(Work work);  // all of it or nothing

  absl::Mutex mutex_;  // held while the database is used
  const std::unique_ptr<Database> database_;
};

}  // namespace library

#endif  // TRESTLE_EXAMPLES_LIBRARY_STORE_H_
