// The library example's own rules, over an in-process gRPC channel.

#include <cstdio>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/text_format.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "trestle/examples/library/seed.h"
#include "trestle/examples/library/service.h"
#include "trestle/examples/library/sqlite.h"
#include "trestle/examples/library/store.h"

namespace library {
namespace {

using google::protobuf::TextFormat;
using v1::Book;

constexpr char kEmma[] = "shelves/novels/books/emma";

template <typename Message>
Message Parse(const std::string& text) {
  Message message;
  EXPECT_TRUE(TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

std::string Brief(const google::protobuf::Message& message) {
  std::string text;
  TextFormat::Printer printer;
  printer.SetSingleLineMode(true);
  printer.PrintToString(message, &text);
  while (absl::EndsWith(text, " ")) text.pop_back();
  return text;
}

// "CODE: field description; …", or the type of the detail where it is no BadRequest.
std::string Brief(const grpc::Status& status) {
  google::rpc::Status details;
  details.ParseFromString(status.error_details());
  google::rpc::BadRequest bad_request;
  std::vector<std::string> parts;
  for (const auto& detail : details.details()) {
    if (detail.UnpackTo(&bad_request)) {
      for (const auto& violation : bad_request.field_violations()) {
        parts.push_back(absl::StrCat(violation.field(), " ", violation.description()));
      }
    } else {
      parts.push_back(detail.type_url().substr(detail.type_url().rfind('.') + 1));
    }
  }
  return absl::StrCat(absl::StatusCodeToString(static_cast<absl::StatusCode>(status.error_code())),
                      ": ", absl::StrJoin(parts, "; "));
}

// A library in a file of its own, seeded.
class Library {
 public:
  explicit Library(const std::string& file = ":memory:") : store_(*Store::Open(file)) {
    EXPECT_TRUE(Seed(*store_).ok());
    service_ = NewLibraryService(*store_);
    grpc::ServerBuilder builder;
    builder.RegisterService(service_.get());
    server_ = builder.BuildAndStart();
    stub_ = v1::LibraryService::NewStub(server_->InProcessChannel({}));
  }

  // Calls `rpc` with a request in text format; the response in the same, or the failure.
  template <typename Request, typename Response>
  std::string Call(grpc::Status (v1::LibraryService::Stub::*rpc)(grpc::ClientContext*,
                                                                 const Request&, Response*),
                   const std::string& request, Response* response = nullptr) {
    grpc::ClientContext context;
    Response ignored;
    if (response == nullptr) response = &ignored;
    const grpc::Status status = (stub_.get()->*rpc)(&context, Parse<Request>(request), response);
    return status.ok() ? Brief(*response) : Brief(status);
  }

  Book Get(const std::string& name) {
    Book book;
    Call(&Stub::GetBook, absl::StrCat("name: '", name, "'"), &book);
    return book;
  }

  using Stub = v1::LibraryService::Stub;
  std::unique_ptr<Stub> stub_;

 private:
  std::unique_ptr<Store> store_;
  std::unique_ptr<v1::LibraryService::Service> service_;
  std::unique_ptr<grpc::Server> server_;
};

using Stub = Library::Stub;

TEST(LibraryTest, FailuresSayWhatAndWhere) {
  struct Row {
    const char* sentence;
    std::function<std::string(Library&)> call;
    const char* want;
  };
  const Row kRows[] = {
      {"a shelf that is not there is NOT_FOUND with the resource",
       [](Library& l) { return l.Call(&Stub::GetShelf, "name: 'shelves/none'"); },
       "NOT_FOUND: ResourceInfo"},
      {"a book that is not there is NOT_FOUND with the resource",
       [](Library& l) { return l.Call(&Stub::GetBook, "name: 'shelves/novels/books/none'"); },
       "NOT_FOUND: ResourceInfo"},
      {"a book on a shelf that is not there cannot be created",
       [](Library& l) {
         return l.Call(&Stub::CreateBook, "parent: 'shelves/none' book { title: 't' }");
       },
       "NOT_FOUND: ResourceInfo"},
      {"an ID that is taken is ALREADY_EXISTS",
       [](Library& l) {
         return l.Call(&Stub::CreateBook,
                       "parent: 'shelves/novels' book_id: 'emma' book { title: 't' }");
       },
       "ALREADY_EXISTS: ResourceInfo"},
      {"all fields at fault are named in one response",
       [](Library& l) {
         return l.Call(&Stub::CreateBook,
                       "parent: 'shelves/novels' book_id: 'A b' book { pages: -1 genre: 9 }");
       },
       "INVALID_ARGUMENT: book.title is required; book.pages must not be negative; "
       "book.genre is 9, which is not a genre; book_id must be lower-case letters, digits and "
       "hyphens, a letter first, at most 63 characters"},
      {"an empty request lacks what is REQUIRED",
       [](Library& l) { return l.Call(&Stub::CreateBook, ""); },
       "INVALID_ARGUMENT: parent is required; book is required"},
      {"a title of 201 characters is too long, however many bytes",
       [](Library& l) {
         std::string title;
         for (int i = 0; i < 201; ++i) title += "\u00e9";
         return l.Call(&Stub::CreateBook,
                       absl::StrCat("parent: 'shelves/novels' book { title: '", title, "' }"));
       },
       "INVALID_ARGUMENT: book.title must have at most 200 characters"},
      {"a shelf with books stays",
       [](Library& l) { return l.Call(&Stub::DeleteShelf, "name: 'shelves/novels'"); },
       "FAILED_PRECONDITION: PreconditionFailure"},
      {"a stale etag is ABORTED",
       [](Library& l) {
         return l.Call(&Stub::UpdateBook,
                       absl::StrCat("book { name: '", kEmma, "' etag: 'old' pages: 1 }"));
       },
       "ABORTED: ErrorInfo"},
      {"a book with another etag is not deleted",
       [](Library& l) {
         return l.Call(&Stub::DeleteBook, absl::StrCat("name: '", kEmma, "' etag: 'old'"));
       },
       "ABORTED: ErrorInfo"},
      {"a mask names fields that exist",
       [](Library& l) {
         return l.Call(&Stub::UpdateBook,
                       absl::StrCat("book { name: '", kEmma,
                                    "' } update_mask { paths: 'pages' paths: 'colour' }"));
       },
       "INVALID_ARGUMENT: update_mask names \"colour\", which is not a field of library.v1.Book"},
      {"a REQUIRED field cannot be cleared",
       [](Library& l) {
         return l.Call(&Stub::UpdateBook,
                       absl::StrCat("book { name: '", kEmma, "' } update_mask { paths: 'title' }"));
       },
       "INVALID_ARGUMENT: book.title is required"},
      {"a page cannot have a negative size",
       [](Library& l) { return l.Call(&Stub::ListBooks, "page_size: -1"); },
       "INVALID_ARGUMENT: page_size must not be negative"},
      {"a page token that nobody made is refused",
       [](Library& l) { return l.Call(&Stub::ListBooks, "page_token: '!'"); },
       "INVALID_ARGUMENT: page_token is not a next_page_token of this list"},
      {"a move goes to a shelf, not to a book",
       [](Library& l) {
         return l.Call(&Stub::MoveBook, absl::StrCat("name: '", kEmma, "' other_shelf: 'x'"));
       },
       "INVALID_ARGUMENT: other_shelf must be the name of a shelf: \"shelves/{shelf}\""},
      {"a move to a shelf that is not there fails",
       [](Library& l) {
         return l.Call(&Stub::MoveBook,
                       absl::StrCat("name: '", kEmma, "' other_shelf: 'shelves/none'"));
       },
       "NOT_FOUND: ResourceInfo"},
      {"a book without a text has none to download",
       [](Library& l) { return l.Call(&Stub::DownloadText, absl::StrCat("name: '", kEmma, "'")); },
       "NOT_FOUND: ResourceInfo"},
  };
  Library library;
  const std::string before = Brief(library.Get(kEmma));
  for (const Row& row : kRows) EXPECT_EQ(row.call(library), row.want) << row.sentence;
  EXPECT_EQ(Brief(library.Get(kEmma)), before) << "a failed change changes nothing";
}

TEST(LibraryTest, UpdatesChangeWhatTheMaskNames) {
  struct Row {
    const char* sentence;
    const char* changes;  // of the book
    const char* mask;
    const char* want;  // title, authors, pages and year afterwards
  };
  const Row kRows[] = {
      {"the named field alone", "pages: 1 title: 'x'", "paths: 'pages'", "Emma|Jane Austen|1|1815"},
      {"a named field that is not set is cleared", "", "paths: 'pages'", "Emma|Jane Austen|0|1815"},
      {"a list is replaced, not added to", "authors: 'a'", "paths: 'authors'", "Emma|a|474|1815"},
      {"a field named twice changes once", "pages: 2", "paths: 'pages' paths: 'pages'",
       "Emma|Jane Austen|2|1815"},
      {"without a mask, what is set", "pages: 3", "", "Emma|Jane Austen|3|1815"},
      {"explicit presence: 0 is a year", "publication_year: 0", "", "Emma|Jane Austen|474|0"},
      {"a star is everything", "title: 'T'", "paths: '*'", "T||0|none"},
      {"what only the server sets is left alone", "text_size: 9", "paths: 'text_size'",
       "Emma|Jane Austen|474|1815"},
  };
  for (const Row& row : kRows) {
    Library library;
    Book book;
    library.Call(
        &Stub::UpdateBook,
        absl::StrCat("book { name: '", kEmma, "' ", row.changes, " } update_mask {", row.mask, "}"),
        &book);
    const std::string year =
        book.has_publication_year() ? absl::StrCat(book.publication_year()) : "none";
    EXPECT_EQ(absl::StrCat(book.title(), "|", absl::StrJoin(book.authors(), ","), "|", book.pages(),
                           "|", year),
              row.want)
        << row.sentence;
    EXPECT_EQ(book.name(), kEmma) << row.sentence;
    EXPECT_EQ(book.text_size(), 0) << row.sentence;
  }
}

TEST(LibraryTest, AnEtagIsGoodForOneChange) {
  Library library;
  const std::string change =
      absl::StrCat("book { name: '", kEmma, "' pages: 1 etag: '", library.Get(kEmma).etag(), "' }");
  EXPECT_TRUE(absl::StrContains(library.Call(&Stub::UpdateBook, change), "pages: 1"));
  EXPECT_EQ(library.Call(&Stub::UpdateBook, change), "ABORTED: ErrorInfo");
}

// The IDs of a list's books, page by page, with `between` done after the first page.
std::string ListInPages(Library& library, const std::string& request,
                        const std::function<void()>& between) {
  std::vector<std::string> pages;
  std::string token;
  do {
    v1::ListBooksResponse page;
    library.Call(&Stub::ListBooks, absl::StrCat(request, " page_token: '", token, "'"), &page);
    std::vector<std::string> ids;
    for (const Book& book : page.books()) {
      ids.push_back(book.name().substr(book.name().rfind('/') + 1));
    }
    pages.push_back(absl::StrJoin(ids, ","));
    if (token.empty()) between();
    token = page.next_page_token();
  } while (!token.empty());
  return absl::StrJoin(pages, " | ");
}

TEST(LibraryTest, PagesStayInPlaceWhileTheListChanges) {
  struct Row {
    const char* sentence;
    const char* request;
    const char* between;  // a book that is deleted after the first page
    const char* want;
  };
  const Row kRows[] = {
      {"pages of one shelf", "parent: 'shelves/novels' page_size: 2", "",
       "emma,middlemarch | moby-dick"},
      {"a full last page has no next", "parent: 'shelves/novels' page_size: 3", "",
       "emma,middlemarch,moby-dick"},
      {"all shelves by the wildcard", "parent: 'shelves/-' page_size: 4", "",
       "emma,middlemarch,moby-dick,odyssey | songs,micrographia,origin"},
      {"a deleted book shifts nothing", "page_size: 2", "shelves/novels/books/emma",
       "emma,middlemarch | moby-dick,odyssey | songs,micrographia | origin"},
      {"not even the last one of a page", "page_size: 2", "shelves/novels/books/middlemarch",
       "emma,middlemarch | moby-dick,odyssey | songs,micrographia | origin"},
  };
  for (const Row& row : kRows) {
    Library library;
    EXPECT_EQ(
        ListInPages(
            library, row.request,
            [&] { library.Call(&Stub::DeleteBook, absl::StrCat("name: '", row.between, "'")); }),
        row.want)
        << row.sentence;
  }
}

TEST(LibraryTest, ATokenIsOfOneList) {
  Library library;
  v1::ListBooksResponse page;
  library.Call(&Stub::ListBooks, "parent: 'shelves/novels' page_size: 1", &page);
  EXPECT_EQ(library.Call(&Stub::ListBooks, absl::StrCat("parent: 'shelves/poetry' page_token: '",
                                                        page.next_page_token(), "'")),
            "INVALID_ARGUMENT: page_token is not a next_page_token of this list");
}

TEST(LibraryTest, AMovedBookTakesItsTextAlong) {
  Library library;
  Book moved;
  library.Call(&Stub::MoveBook, "name: 'shelves/poetry/books/songs' other_shelf: 'shelves/novels'",
               &moved);
  EXPECT_EQ(moved.name(), "shelves/novels/books/songs");
  google::api::HttpBody text;
  library.Call(&Stub::DownloadText, "name: 'shelves/novels/books/songs'", &text);
  EXPECT_EQ(moved.text_size(), static_cast<int64_t>(text.data().size()));
  EXPECT_GT(text.data().size(), 0U);
  EXPECT_EQ(library.Call(&Stub::GetBook, "name: 'shelves/poetry/books/songs'"),
            "NOT_FOUND: ResourceInfo");
}

TEST(LibraryTest, ForceTakesTheBooksToo) {
  Library library;
  EXPECT_EQ(library.Call(&Stub::DeleteShelf, "name: 'shelves/poetry' force: true"), "");
  EXPECT_EQ(library.Call(&Stub::GetBook, "name: 'shelves/poetry/books/songs'"),
            "NOT_FOUND: ResourceInfo");
}

TEST(LibraryTest, WhatIsPostedIsThereAfterARestart) {
  const std::string file = absl::StrCat(testing::TempDir(), "/library.db");
  std::remove(file.c_str());
  const std::string book = "parent: 'shelves/novels' book_id: 'new' book { title: 'New' }";
  EXPECT_TRUE(absl::StrContains(Library(file).Call(&Stub::CreateBook, book), "title: \"New\""));
  EXPECT_EQ(Library(file).Get("shelves/novels/books/new").title(), "New");
}

TEST(LibraryTest, ALockedDatabaseIsUnavailableForNow) {
  const std::string file = absl::StrCat(testing::TempDir(), "/locked.db");
  std::remove(file.c_str());
  Library library(file);
  auto other = Database::Open(file);
  ASSERT_TRUE(other.ok() && (*other)->Run("BEGIN EXCLUSIVE").ok());
  EXPECT_EQ(library.Call(&Stub::DeleteBook, absl::StrCat("name: '", kEmma, "'")),
            "UNAVAILABLE: RetryInfo");
  ASSERT_TRUE((*other)->Run("ROLLBACK").ok());
  EXPECT_EQ(library.Call(&Stub::DeleteBook, absl::StrCat("name: '", kEmma, "'")), "");
}

TEST(LibraryTest, ASearchStreamsWhatItFindsWhateverTheCase) {
  Library library;
  for (int i = 0; i < 250; ++i) {  // more than the store is asked for at once
    library.Call(&Stub::CreateBook, "parent: 'shelves/novels' book { title: 'Another EMMA' }");
  }
  grpc::ClientContext context;
  auto reader =
      library.stub_->SearchBooks(&context, Parse<v1::SearchBooksRequest>("query: 'eMMa'"));
  std::set<std::string> names;
  Book book;
  while (reader->Read(&book)) EXPECT_TRUE(names.insert(book.name()).second) << book.name();
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(names.size(), 251U);
}

TEST(LibraryTest, AnImportAddsBooksUntilOneCannotBe) {
  Library library;
  grpc::ClientContext context;
  v1::ImportBooksResponse response;
  auto writer = library.stub_->ImportBooks(&context, &response);
  writer->Write(Parse<v1::ImportBooksRequest>("parent: 'shelves/novels' book { title: 'A1' }"));
  writer->Write(Parse<v1::ImportBooksRequest>("book { title: 'A2' }"));
  writer->WritesDone();
  EXPECT_TRUE(writer->Finish().ok());
  EXPECT_EQ(response.book_count(), 2);

  grpc::ClientContext again;
  writer = library.stub_->ImportBooks(&again, &response);
  writer->Write(Parse<v1::ImportBooksRequest>("parent: 'shelves/none' book { title: 'A3' }"));
  EXPECT_EQ(writer->Finish().error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST(LibraryTest, ALookUpReturnsNameByName) {
  Library library;
  grpc::ClientContext context;
  auto stream = library.stub_->LookUpBooks(&context);
  Book book;
  for (int i = 0; i < 3; ++i) {
    stream->Write(Parse<v1::GetBookRequest>(absl::StrCat("name: '", kEmma, "'")));
    ASSERT_TRUE(stream->Read(&book));
    EXPECT_EQ(book.name(), kEmma);
  }
  stream->Write(Parse<v1::GetBookRequest>("name: 'shelves/novels/books/none'"));
  EXPECT_FALSE(stream->Read(&book));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST(LibraryTest, ChangesFromManyThreadsAllHappen) {
  Library library;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&library] {
      for (int i = 0; i < 25; ++i) {
        library.Call(&Stub::CreateBook, "parent: 'shelves/novels' book { title: 'Crowd' }");
        library.Call(&Stub::ListBooks, "page_size: 1000");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  v1::ListBooksResponse all;
  library.Call(&Stub::ListBooks, "page_size: 1000", &all);
  EXPECT_EQ(all.books_size(), 7 + 8 * 25);
}

}  // namespace
}  // namespace library
