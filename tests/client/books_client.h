// A client as the plugin generates them, written by hand.

#ifndef TRESTLE_TESTS_CLIENT_BOOKS_CLIENT_H_
#define TRESTLE_TESTS_CLIENT_BOOKS_CLIENT_H_

#include <memory>
#include <utility>

#include "google/api/httpbody.pb.h"
#include "tests/client/books.pb.h"
#include "trestle/client/cpp/client.h"

namespace trestle {
namespace client_test {

class BooksClient {
 public:
  BooksClient(std::shared_ptr<Transport> transport, ClientOptions options)
      : channel_(
            std::move(transport), std::move(options),
            {
                UnaryMethod<GetBookRequest, Book>("/books.Books/GetBook",
                                                  {{"GET", "/v1/{name=shelves/*/books/*}", "", ""},
                                                   {"GET", "/v1/{name=drafts/**}", "", ""},
                                                   {"GET", "/v1/{view=views/*}", "", ""}}),
                UnaryMethod<CreateBookRequest, Book>(
                    "/books.Books/CreateBook",
                    {{"POST", "/v1/{parent=shelves/*}/books", "book", ""}}),
                UnaryMethod<MoveBookRequest, Book>(
                    "/books.Books/MoveBook",
                    {{"POST", "/v1/{name=shelves/*/books/*}:move", "*", ""}}),
                UnaryMethod<ListBooksRequest, ListBooksResponse>(
                    "/books.Books/ListBooks", {{"GET", "/v1/{parent=shelves/*}/books", "", ""}}),
                ServerStreamMethod<WatchRequest, Book>("/books.Books/Search",
                                                       {{"GET", "/v1/books:search", "", ""}}),
                ServerStreamMethod<WatchRequest, Event>("/books.Books/Watch",
                                                        {{"GET", "/v1/events", "", ""}}),
                Idempotent(UnaryMethod<WatchRequest, Book>("/books.Books/Find",
                                                           {{"POST", "/v1/books:find", "*", ""}})),
                UnaryMethod<WatchRequest, Book>("/books.Books/Any", {{"*", "/v1/any", "", ""}}),
                UnaryMethod<GetBookRequest, google::api::HttpBody>(
                    "/books.Books/Read", {{"GET", "/v1/{name=shelves/*/books/*}:read", "", ""}}),
                ServerStreamMethod<GetBookRequest, google::api::HttpBody>(
                    "/books.Books/ReadAloud",
                    {{"GET", "/v1/{name=shelves/*/books/*}:readAloud", "", ""}}),
                UnaryMethod<WatchRequest, Book>("/books.Books/Unbound", {}),
                UnaryMethod<WatchRequest, Book>("/books.Books/Broken",
                                                {{"GET", "/v1/{x}", "", ""}}),
            }) {}

  absl::StatusOr<Book> GetBook(const GetBookRequest& request, const CallOptions& options = {}) {
    return channel_.Unary<Book>(0, request, options);
  }
  absl::StatusOr<Book> CreateBook(const CreateBookRequest& request,
                                  const CallOptions& options = {}) {
    return channel_.Unary<Book>(1, request, options);
  }
  absl::StatusOr<Book> MoveBook(const MoveBookRequest& request, const CallOptions& options = {}) {
    return channel_.Unary<Book>(2, request, options);
  }
  absl::StatusOr<ListBooksResponse> ListBooksPage(const ListBooksRequest& request,
                                                  const CallOptions& options = {}) {
    return channel_.Unary<ListBooksResponse>(3, request, options);
  }
  StreamRange<Book> ListBooks(ListBooksRequest request, const CallOptions& options = {}) {
    return Pages<Book>(
        std::move(request),
        [this, options](const ListBooksRequest& r) { return ListBooksPage(r, options); },
        [](ListBooksResponse& page) { return page.mutable_books(); });
  }
  StreamRange<Book> Search(const WatchRequest& request, const CallOptions& options = {}) {
    return channel_.ServerStream<Book>(4, request, options);
  }
  StreamRange<Event> Watch(const WatchRequest& request, const CallOptions& options = {}) {
    return channel_.ServerStream<Event>(5, request, options);
  }
  absl::StatusOr<Book> Find(const WatchRequest& request, const CallOptions& options = {}) {
    return channel_.Unary<Book>(6, request, options);
  }
  absl::StatusOr<Book> Any(const WatchRequest& request, const CallOptions& options = {}) {
    return channel_.Unary<Book>(7, request, options);
  }
  absl::StatusOr<google::api::HttpBody> Read(const GetBookRequest& request,
                                             const CallOptions& options = {}) {
    return channel_.Unary<google::api::HttpBody>(8, request, options);
  }
  StreamRange<google::api::HttpBody> ReadAloud(const GetBookRequest& request,
                                               const CallOptions& options = {}) {
    return channel_.ServerStream<google::api::HttpBody>(9, request, options);
  }
  absl::StatusOr<Book> Unbound(const WatchRequest& request, const CallOptions& options = {}) {
    return channel_.Unary<Book>(10, request, options);
  }
  absl::StatusOr<Book> Broken(const WatchRequest& request, const CallOptions& options = {}) {
    return channel_.Unary<Book>(11, request, options);
  }

 private:
  RestChannel channel_;
};

}  // namespace client_test
}  // namespace trestle

#endif  // TRESTLE_TESTS_CLIENT_BOOKS_CLIENT_H_
