#include "trestle/examples/library/store.h"

#include "absl/memory/memory.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "trestle/examples/library/error.h"
#include "trestle/examples/library/resource_name.h"

namespace library {
namespace {

using google::api::HttpBody;

// A shelf or book is stored as its message, with columns for searching.
constexpr const char* kTables[] = {
    R"sql(CREATE TABLE IF NOT EXISTS shelves (
            name TEXT PRIMARY KEY,
            message BLOB NOT NULL))sql",
    R"sql(CREATE TABLE IF NOT EXISTS books (
            name TEXT PRIMARY KEY,
            shelf TEXT NOT NULL REFERENCES shelves ON DELETE CASCADE,
            title TEXT NOT NULL,
            words TEXT NOT NULL,
            message BLOB NOT NULL))sql",
    R"sql(CREATE INDEX IF NOT EXISTS books_of_shelf ON books (shelf, name))sql",
    R"sql(CREATE TABLE IF NOT EXISTS texts (
            book TEXT PRIMARY KEY REFERENCES books ON DELETE CASCADE ON UPDATE CASCADE,
            message BLOB NOT NULL))sql",
};

constexpr absl::string_view kSelectShelf = "SELECT message FROM shelves WHERE name = ?";
constexpr absl::string_view kSelectBook = "SELECT message FROM books WHERE name = ?";
constexpr absl::string_view kSelectText = "SELECT message FROM texts WHERE book = ?";

// Appends the messages in the first column of a query's result.
template <typename Message>
absl::Status Select(Database& database, absl::string_view sql,
                    std::initializer_list<SqlValue> values, std::vector<Message>* found) {
  bool intact = true;
  absl::Status status = database.Run(sql, values, [&](const Row& row) {
    const absl::string_view bytes = row.Bytes(0);
    intact &= found->emplace_back().ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
  });
  if (status.ok() && !intact) return absl::DataLossError("the library's database is damaged");
  return status;
}

// Returns the message that `sql` finds by `name`.
template <typename Message>
absl::Status SelectOne(Database& database, absl::string_view sql, absl::string_view name,
                       Message* message) {
  std::vector<Message> found;
  if (absl::Status status = Select(database, sql, {name}, &found); !status.ok()) return status;
  if (found.empty()) return NotFound(name);
  *message = std::move(found.front());
  return absl::OkStatus();
}

absl::Status CheckShelf(Database& database, absl::string_view name) {
  v1::Shelf shelf;
  return SelectOne(database, kSelectShelf, name, &shelf);
}

absl::Status CheckBook(Database& database, absl::string_view name) {
  v1::Book book;
  return SelectOne(database, kSelectBook, name, &book);
}

// Returns OK if the search for `name`, which returned `status`, found nothing.
absl::Status CheckNew(absl::string_view name, const absl::Status& status) {
  if (status.ok()) return AlreadyExists(name);
  return absl::IsNotFound(status) ? absl::OkStatus() : status;
}

// Returns OK if a book may get this name: its shelf exists, and the name is not used.
absl::Status CheckPlace(Database& database, absl::string_view book) {
  absl::Status shelf = CheckShelf(database, ShelfOf(book));
  return shelf.ok() ? CheckNew(book, CheckBook(database, book)) : shelf;
}

// Returns the text that is searched.
std::string WordsOf(const v1::Book& book) {
  std::string words = absl::StrCat(book.title(), "\n", absl::StrJoin(book.authors(), "\n"));
  return absl::AsciiStrToLower(words);
}

absl::Status InsertBook(Database& database, const v1::Book& book) {
  if (absl::Status status = CheckPlace(database, book.name()); !status.ok()) return status;
  return database.Run(
      "INSERT INTO books (name, shelf, title, words, message) VALUES (?, ?, ?, ?, ?)",
      {book.name(), ShelfOf(book.name()), book.title(), WordsOf(book),
       Blob{book.SerializeAsString()}});
}

absl::Status EditOneBook(Database& database, absl::string_view name, EditBook edit,
                         v1::Book* book) {
  absl::Status status = SelectOne(database, kSelectBook, name, book);
  if (status.ok()) status = edit(*book);
  if (status.ok() && book->name() != name) status = CheckPlace(database, book->name());
  if (!status.ok()) return status;
  return database.Run(
      "UPDATE books SET name = ?, shelf = ?, title = ?, words = ?, message = ? WHERE name = ?",
      {book->name(), ShelfOf(book->name()), book->title(), WordsOf(*book),
       Blob{book->SerializeAsString()}, name});
}

absl::Status CheckNoBooks(Database& database, absl::string_view shelf) {
  std::vector<v1::Book> books;
  absl::Status status =
      Select(database, "SELECT message FROM books WHERE shelf = ? LIMIT 1", {shelf}, &books);
  return status.ok() && !books.empty() ? ShelfNotEmpty(shelf) : status;
}

// Includes one more name than the page, which shows that there is another page.
int64_t Limit(const Page& page) { return int64_t{page.size} + 1; }

// Returns `value` if `status` is OK, otherwise `status`.
template <typename T>
absl::StatusOr<T> Either(absl::Status status, T value) {
  if (!status.ok()) return status;
  return value;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> Store::Open(const std::string& file) {
  absl::StatusOr<std::unique_ptr<Database>> database = Database::Open(file);
  if (!database.ok()) return database.status();
  for (const char* sql : kTables) {
    if (absl::Status status = (*database)->Run(sql); !status.ok()) return status;
  }
  return absl::WrapUnique(new Store(*std::move(database)));
}

absl::Status Store::Read(Work work) {
  absl::MutexLock lock(&mutex_);
  return work(*database_);
}

absl::Status Store::Write(Work work) {
  absl::MutexLock lock(&mutex_);
  return database_->Atomically([&] { return work(*database_); });
}

absl::StatusOr<v1::Shelf> Store::GetShelf(absl::string_view name) {
  v1::Shelf shelf;
  absl::Status status =
      Read([&](Database& database) { return SelectOne(database, kSelectShelf, name, &shelf); });
  return Either(status, shelf);
}

absl::StatusOr<std::vector<v1::Shelf>> Store::ListShelves(const Page& page) {
  std::vector<v1::Shelf> shelves;
  absl::Status status = Read([&](Database& database) {
    return Select(database, "SELECT message FROM shelves WHERE name > ? ORDER BY name LIMIT ?",
                  {page.after, Limit(page)}, &shelves);
  });
  return Either(status, shelves);
}

absl::Status Store::CreateShelf(const v1::Shelf& shelf) {
  return Write([&](Database& database) {
    absl::Status status = CheckNew(shelf.name(), CheckShelf(database, shelf.name()));
    if (!status.ok()) return status;
    return database.Run("INSERT INTO shelves (name, message) VALUES (?, ?)",
                        {shelf.name(), Blob{shelf.SerializeAsString()}});
  });
}

absl::StatusOr<v1::Shelf> Store::UpdateShelf(absl::string_view name, EditShelf edit) {
  v1::Shelf shelf;
  absl::Status status = Write([&](Database& database) {
    absl::Status edited = SelectOne(database, kSelectShelf, name, &shelf);
    if (edited.ok()) edited = edit(shelf);
    if (!edited.ok()) return edited;
    return database.Run("UPDATE shelves SET message = ? WHERE name = ?",
                        {Blob{shelf.SerializeAsString()}, name});
  });
  return Either(status, shelf);
}

absl::Status Store::DeleteShelf(absl::string_view name, Books books) {
  return Write([&](Database& database) {
    absl::Status status = CheckShelf(database, name);
    if (status.ok() && books == Books::kKeep) status = CheckNoBooks(database, name);
    if (!status.ok()) return status;
    return database.Run("DELETE FROM shelves WHERE name = ?", {name});
  });
}

absl::StatusOr<v1::Book> Store::GetBook(absl::string_view name) {
  v1::Book book;
  absl::Status status =
      Read([&](Database& database) { return SelectOne(database, kSelectBook, name, &book); });
  return Either(status, book);
}

absl::StatusOr<std::vector<v1::Book>> Store::ListBooks(const BookFilter& filter, const Page& page) {
  std::vector<v1::Book> books;
  absl::Status status = Read([&](Database& database) {
    if (filter.shelf.empty()) {
      return Select(database,
                    "SELECT message FROM books WHERE name > ? AND instr(words, ?) > 0 "
                    "ORDER BY name LIMIT ?",
                    {page.after, filter.contains, Limit(page)}, &books);
    }
    absl::Status shelf = CheckShelf(database, filter.shelf);
    if (!shelf.ok()) return shelf;
    return Select(database,
                  "SELECT message FROM books WHERE shelf = ? AND name > ? "
                  "AND instr(words, ?) > 0 ORDER BY name LIMIT ?",
                  {filter.shelf, page.after, filter.contains, Limit(page)}, &books);
  });
  return Either(status, books);
}

absl::Status Store::CreateBook(const v1::Book& book) {
  return Write([&](Database& database) { return InsertBook(database, book); });
}

absl::StatusOr<v1::Book> Store::UpdateBook(absl::string_view name, EditBook edit) {
  v1::Book book;
  absl::Status status =
      Write([&](Database& database) { return EditOneBook(database, name, edit, &book); });
  return Either(status, book);
}

absl::Status Store::DeleteBook(absl::string_view name, EditBook check) {
  return Write([&](Database& database) {
    v1::Book book;
    absl::Status status = SelectOne(database, kSelectBook, name, &book);
    if (status.ok()) status = check(book);
    if (!status.ok()) return status;
    return database.Run("DELETE FROM books WHERE name = ?", {name});
  });
}

absl::StatusOr<HttpBody> Store::GetText(absl::string_view book) {
  HttpBody text;
  absl::Status status = Read([&](Database& database) {
    if (absl::Status found = CheckBook(database, book); !found.ok()) return found;
    absl::Status found = SelectOne(database, kSelectText, book, &text);
    return absl::IsNotFound(found) ? NotFound(absl::StrCat(book, "/text")) : found;
  });
  return Either(status, text);
}

absl::StatusOr<v1::Book> Store::PutText(absl::string_view book, const HttpBody& text,
                                        EditBook edit) {
  v1::Book edited;
  absl::Status status = Write([&](Database& database) {
    absl::Status found = EditOneBook(database, book, edit, &edited);
    if (!found.ok()) return found;
    return database.Run("REPLACE INTO texts (book, message) VALUES (?, ?)",
                        {book, Blob{text.SerializeAsString()}});
  });
  return Either(status, edited);
}

absl::StatusOr<std::vector<std::string>> Store::Titles(absl::string_view prefix, int limit) {
  std::vector<std::string> titles;
  absl::Status status = Read([&](Database& database) {
    return database.Run(
        "SELECT DISTINCT title FROM books WHERE instr(lower(title), ?) = 1 "
        "ORDER BY title LIMIT ?",
        {prefix, int64_t{limit}}, [&](const Row& row) { titles.emplace_back(row.Bytes(0)); });
  });
  return Either(status, titles);
}

}  // namespace library
