// A program that uses the library over REST, with its generated client:
//   bazel run //examples/library:client -- --server=http://127.0.0.1:8080

#include "trestle/client/cpp/client.h"

#include <iostream>
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "google/rpc/error_details.pb.h"
#include "library/v1/library.client.h"

namespace {

using library::v1::Book;
using Library = library::v1::LibraryServiceClientInterface;

constexpr char kShelf[] = "shelves/poetry";

// Prints all books, for any number of pages.
absl::Status ListBooks(Library& library) {
  std::cout << "All books:\n";
  library::v1::ListBooksRequest request;
  request.set_page_size(3);
  for (const absl::StatusOr<Book>& book : library.ListBooks(request)) {
    if (!book.ok()) return book.status();
    std::cout << "  " << book->title() << " (" << book->name() << ")\n";
  }
  return absl::OkStatus();
}

absl::StatusOr<Book> AddBook(Library& library) {
  library::v1::CreateBookRequest request;
  request.set_parent(kShelf);
  request.mutable_book()->set_title("Leaves of Gras");
  request.mutable_book()->add_authors("Walt Whitman");
  request.mutable_book()->set_genre(Book::POETRY);
  absl::StatusOr<Book> book = library.CreateBook(request);
  if (book.ok()) std::cout << "Added " << book->name() << "\n";
  return book;
}

// Changes only the title, and only if the book has not been changed in the meantime.
absl::Status MendTitle(Library& library, const Book& book) {
  library::v1::UpdateBookRequest request;
  request.mutable_book()->set_name(book.name());
  request.mutable_book()->set_etag(book.etag());
  request.mutable_book()->set_title("Leaves of Grass");
  request.mutable_update_mask()->add_paths("title");
  absl::StatusOr<Book> mended = library.UpdateBook(request);
  if (mended.ok()) {
    std::cout << "Now it is called \"" << mended->title() << "\", by " << mended->authors(0)
              << "\n";
  }
  return mended.status();
}

// A stream: prints each book as it arrives.
absl::Status SearchBooks(Library& library) {
  std::cout << "Books with \"le\" in them:\n";
  library::v1::SearchBooksRequest request;
  request.set_query("le");
  for (const absl::StatusOr<Book>& book : library.SearchBooks(request)) {
    if (!book.ok()) return book.status();
    std::cout << "  " << book->title() << "\n";
  }
  return absl::OkStatus();
}

// Prints the problems with a request, field by field.
absl::Status ShowViolations(Library& library) {
  library::v1::CreateBookRequest request;
  request.set_parent(kShelf);
  request.set_book_id("No Good");
  request.mutable_book()->set_pages(-1);
  absl::Status status = library.CreateBook(request).status();
  std::cout << "A bad book is " << absl::StatusCodeToString(status.code()) << ":\n";
  auto bad_request = trestle::GetDetail<google::rpc::BadRequest>(status);
  if (!bad_request.has_value()) return status;
  for (const auto& violation : bad_request->field_violations()) {
    std::cout << "  " << violation.field() << " " << violation.description() << "\n";
  }
  return absl::OkStatus();
}

absl::Status RemoveBook(Library& library, const Book& book) {
  library::v1::DeleteBookRequest request;
  request.set_name(book.name());
  return library.DeleteBook(request);
}

absl::Status Tour(Library& library) {
  if (absl::Status status = ListBooks(library); !status.ok()) return status;
  absl::StatusOr<Book> book = AddBook(library);
  if (!book.ok()) return book.status();
  if (absl::Status status = MendTitle(library, *book); !status.ok()) return status;
  if (absl::Status status = SearchBooks(library); !status.ok()) return status;
  if (absl::Status status = ShowViolations(library); !status.ok()) return status;
  return RemoveBook(library, *book);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("A tour of the library over REST.");
  trestle::ClientOptions options;
  options.base_url = "http://127.0.0.1:8080";
  app.add_option("--server", options.base_url, "The URL of the gateway")->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  std::unique_ptr<Library> library = library::v1::NewLibraryServiceClient(options);
  const absl::Status status = Tour(*library);
  if (!status.ok()) std::cerr << "client: " << status << "\n";
  return status.ok() ? 0 : 1;
}
