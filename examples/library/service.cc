#include "trestle/examples/library/service.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "trestle/examples/library/book.h"
#include "trestle/examples/library/error.h"
#include "trestle/examples/library/field_behavior.h"
#include "trestle/examples/library/resource_name.h"
#include "trestle/examples/library/update_mask.h"
#include "trestle/examples/library/violations.h"

namespace library {
namespace {

using google::protobuf::Empty;
using grpc::ServerContext;

constexpr int kMaxSuggestions = 10;
constexpr int kSearchBatch = 100;
constexpr char kAllShelves[] = "shelves/-";

// Passes `result` to gRPC: the value in `*response`, or the status with its details.
template <typename T>
grpc::Status Answer(absl::StatusOr<T> result, T* response) {
  if (!result.ok()) return ToGrpc(result.status());
  *response = *std::move(result);
  return grpc::Status::OK;
}

// Returns OK if all REQUIRED fields of the request are set. Their values are checked later.
absl::Status CheckRequired(const google::protobuf::Message& request) {
  Violations violations;
  violations.AddMissing(request, "");
  return violations.ToStatus();
}

// Moves `found` to the response's `*items`, except for the item after the page; returns the token
// of the next page, if any.
template <typename Resource>
std::string FillPage(const Page& page, absl::string_view list, std::vector<Resource> found,
                     google::protobuf::RepeatedPtrField<Resource>* items) {
  const bool more = found.size() > static_cast<size_t>(page.size);
  if (more) found.pop_back();
  *items = {std::make_move_iterator(found.begin()), std::make_move_iterator(found.end())};
  return more ? PageToken(list, items->rbegin()->name()) : "";
}

absl::StatusOr<v1::Shelf> NewShelf(const v1::CreateShelfRequest& request) {
  Violations violations;
  violations.AddMissing(request, "");
  if (request.has_shelf()) CheckShelf(request.shelf(), "shelf", &violations);
  if (!request.shelf_id().empty() && !IsResourceId(request.shelf_id())) {
    violations.Add("shelf_id", kIdRule);
  }
  if (absl::Status status = violations.ToStatus(); !status.ok()) return status;
  v1::Shelf shelf = request.shelf();
  ClearServerFields(&shelf);
  shelf.set_name(ShelfName(request.shelf_id().empty() ? NewResourceId() : request.shelf_id()));
  *shelf.mutable_create_time() = Now();
  return shelf;
}

absl::StatusOr<v1::Book> NewBook(const v1::CreateBookRequest& request) {
  Violations violations;
  violations.AddMissing(request, "");
  if (request.has_book()) CheckBook(request.book(), "book", &violations);
  if (!request.book_id().empty() && !IsResourceId(request.book_id())) {
    violations.Add("book_id", kIdRule);
  }
  if (absl::Status status = violations.ToStatus(); !status.ok()) return status;
  v1::Book book = request.book();
  ClearServerFields(&book);
  const std::string id = request.book_id().empty() ? NewResourceId() : request.book_id();
  book.set_name(BookName(request.parent(), id));
  Touch(&book);
  *book.mutable_create_time() = book.update_time();
  return book;
}

class LibraryService final : public v1::LibraryService::Service {
 public:
  explicit LibraryService(Store& store) : store_(store) {}

  grpc::Status GetShelf(ServerContext*, const v1::GetShelfRequest* request,
                        v1::Shelf* response) override {
    return Answer(store_.GetShelf(request->name()), response);
  }

  grpc::Status ListShelves(ServerContext*, const v1::ListShelvesRequest* request,
                           v1::ListShelvesResponse* response) override {
    return Answer(ShelvesPage(*request), response);
  }

  grpc::Status CreateShelf(ServerContext*, const v1::CreateShelfRequest* request,
                           v1::Shelf* response) override {
    absl::StatusOr<v1::Shelf> shelf = NewShelf(*request);
    if (!shelf.ok()) return ToGrpc(shelf.status());
    *response = *std::move(shelf);
    return ToGrpc(store_.CreateShelf(*response));
  }

  grpc::Status UpdateShelf(ServerContext*, const v1::UpdateShelfRequest* request,
                           v1::Shelf* response) override {
    return Answer(Update(*request), response);
  }

  grpc::Status DeleteShelf(ServerContext*, const v1::DeleteShelfRequest* request, Empty*) override {
    const Books books = request->force() ? Books::kDelete : Books::kKeep;
    return ToGrpc(store_.DeleteShelf(request->name(), books));
  }

  grpc::Status GetBook(ServerContext*, const v1::GetBookRequest* request,
                       v1::Book* response) override {
    return Answer(store_.GetBook(request->name()), response);
  }

  grpc::Status ListBooks(ServerContext*, const v1::ListBooksRequest* request,
                         v1::ListBooksResponse* response) override {
    return Answer(BooksPage(*request), response);
  }

  grpc::Status CreateBook(ServerContext*, const v1::CreateBookRequest* request,
                          v1::Book* response) override {
    absl::StatusOr<v1::Book> book = NewBook(*request);
    if (!book.ok()) return ToGrpc(book.status());
    *response = *std::move(book);
    return ToGrpc(store_.CreateBook(*response));
  }

  grpc::Status UpdateBook(ServerContext*, const v1::UpdateBookRequest* request,
                          v1::Book* response) override {
    return Answer(Update(*request), response);
  }

  grpc::Status DeleteBook(ServerContext*, const v1::DeleteBookRequest* request, Empty*) override {
    return ToGrpc(store_.DeleteBook(
        request->name(), [&](v1::Book& book) { return CheckEtag(book, request->etag()); }));
  }

  grpc::Status MoveBook(ServerContext*, const v1::MoveBookRequest* request,
                        v1::Book* response) override {
    return Answer(Move(*request), response);
  }

  grpc::Status DownloadText(ServerContext*, const v1::DownloadTextRequest* request,
                            google::api::HttpBody* response) override {
    return Answer(store_.GetText(request->name()), response);
  }

  grpc::Status UploadText(ServerContext*, const v1::UploadTextRequest* request,
                          v1::Book* response) override {
    return Answer(Upload(*request), response);
  }

  grpc::Status SuggestTitles(ServerContext*, const v1::SuggestTitlesRequest* request,
                             v1::SuggestTitlesResponse* response) override {
    if (absl::Status status = CheckRequired(*request); !status.ok()) return ToGrpc(status);
    auto titles = store_.Titles(absl::AsciiStrToLower(request->prefix()), kMaxSuggestions);
    if (!titles.ok()) return ToGrpc(titles.status());
    *response->mutable_titles() = {titles->begin(), titles->end()};
    return grpc::Status::OK;
  }

  grpc::Status SearchBooks(ServerContext*, const v1::SearchBooksRequest* request,
                           grpc::ServerWriter<v1::Book>* writer) override {
    if (absl::Status status = CheckRequired(*request); !status.ok()) return ToGrpc(status);
    return ToGrpc(Search(absl::AsciiStrToLower(request->query()), writer));
  }

  grpc::Status ImportBooks(ServerContext*, grpc::ServerReader<v1::ImportBooksRequest>* reader,
                           v1::ImportBooksResponse* response) override {
    v1::ImportBooksRequest request;
    std::string parent;
    while (reader->Read(&request)) {
      if (!request.parent().empty()) parent = request.parent();
      if (!request.has_book()) continue;
      if (absl::Status status = Import(parent, request.book()); !status.ok()) return ToGrpc(status);
      response->set_book_count(response->book_count() + 1);
    }
    return grpc::Status::OK;
  }

  grpc::Status LookUpBooks(
      ServerContext*, grpc::ServerReaderWriter<v1::Book, v1::GetBookRequest>* stream) override {
    v1::GetBookRequest request;
    while (stream->Read(&request)) {
      const absl::StatusOr<v1::Book> book = store_.GetBook(request.name());
      if (!book.ok()) return ToGrpc(book.status());
      if (!stream->Write(*book)) break;
    }
    return grpc::Status::OK;
  }

 private:
  absl::Status Import(const std::string& parent, const v1::Book& book) {
    v1::CreateBookRequest request;
    request.set_parent(parent);
    *request.mutable_book() = book;
    absl::StatusOr<v1::Book> added = NewBook(request);
    return added.ok() ? store_.CreateBook(*added) : added.status();
  }

  absl::StatusOr<v1::ListShelvesResponse> ShelvesPage(const v1::ListShelvesRequest& request) {
    absl::StatusOr<Page> page = ParsePage(request.page_size(), request.page_token(), "shelves");
    if (!page.ok()) return page.status();
    auto shelves = store_.ListShelves(*page);
    if (!shelves.ok()) return shelves.status();
    v1::ListShelvesResponse response;
    response.set_next_page_token(
        FillPage(*page, "shelves", *std::move(shelves), response.mutable_shelves()));
    return response;
  }

  absl::StatusOr<v1::ListBooksResponse> BooksPage(const v1::ListBooksRequest& request) {
    const std::string shelf = request.parent() == kAllShelves ? "" : request.parent();
    const std::string list = absl::StrCat(shelf, "/books");
    absl::StatusOr<Page> page = ParsePage(request.page_size(), request.page_token(), list);
    if (!page.ok()) return page.status();
    auto books = store_.ListBooks({shelf, /*contains=*/""}, *page);
    if (!books.ok()) return books.status();
    v1::ListBooksResponse response;
    response.set_next_page_token(
        FillPage(*page, list, *std::move(books), response.mutable_books()));
    return response;
  }

  absl::StatusOr<v1::Shelf> Update(const v1::UpdateShelfRequest& request) {
    if (absl::Status status = CheckRequired(request); !status.ok()) return status;
    return store_.UpdateShelf(request.shelf().name(), [&](v1::Shelf& shelf) {
      absl::Status status = ApplyUpdate(request.shelf(), request.update_mask(), &shelf);
      if (!status.ok()) return status;
      Violations violations;
      CheckShelf(shelf, "shelf", &violations);
      return violations.ToStatus();
    });
  }

  absl::StatusOr<v1::Book> Update(const v1::UpdateBookRequest& request) {
    if (absl::Status status = CheckRequired(request); !status.ok()) return status;
    return store_.UpdateBook(request.book().name(), [&](v1::Book& book) {
      absl::Status status = CheckEtag(book, request.book().etag());
      if (status.ok()) status = ApplyUpdate(request.book(), request.update_mask(), &book);
      if (!status.ok()) return status;
      Violations violations;
      CheckBook(book, "book", &violations);
      Touch(&book);
      return violations.ToStatus();
    });
  }

  absl::StatusOr<v1::Book> Move(const v1::MoveBookRequest& request) {
    Violations violations;
    violations.AddMissing(request, "");
    if (!request.other_shelf().empty() && !IsShelfName(request.other_shelf())) {
      violations.Add("other_shelf", "must be the name of a shelf: \"shelves/{shelf}\"");
    }
    if (absl::Status status = violations.ToStatus(); !status.ok()) return status;
    return store_.UpdateBook(request.name(), [&](v1::Book& book) {
      book.set_name(BookName(request.other_shelf(), IdOf(book.name())));
      Touch(&book);
      return absl::OkStatus();
    });
  }

  absl::StatusOr<v1::Book> Upload(const v1::UploadTextRequest& request) {
    if (absl::Status status = CheckRequired(request); !status.ok()) return status;
    return store_.PutText(request.name(), request.text(), [&](v1::Book& book) {
      book.set_text_size(static_cast<int64_t>(request.text().data().size()));
      Touch(&book);
      return absl::OkStatus();
    });
  }

  // Reads in batches, so that a slow client does not block the store for others.
  absl::Status Search(const std::string& words, grpc::ServerWriter<v1::Book>* writer) {
    Page page{kSearchBatch, /*after=*/""};
    while (true) {
      auto books = store_.ListBooks({/*shelf=*/"", words}, page);
      if (!books.ok()) return books.status();
      for (const v1::Book& book : *books) {
        if (!writer->Write(book)) return absl::CancelledError("the client has gone");
      }
      if (books->size() <= static_cast<size_t>(page.size)) return absl::OkStatus();
      page.after = books->back().name();
    }
  }

  Store& store_;
};

}  // namespace

std::unique_ptr<v1::LibraryService::Service> NewLibraryService(Store& store) {
  return std::make_unique<LibraryService>(store);
}

}  // namespace library
