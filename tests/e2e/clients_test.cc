// The library as programs see it: by cpp-httplib, and by the generated client.

#include <signal.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"
#include "httplib.h"
#include "library/v1/library.client.h"
#include "nlohmann/json.hpp"
#include "trestle/client/cpp/client.h"
#include "trestle/tests/e2e/world.h"

namespace trestle {
namespace {

using library::v1::Book;
using Library = library::v1::LibraryServiceClientInterface;

class ClientsTest : public testing::TestWithParam<GatewayKind> {
 protected:
  ClientsTest() : library_(library::v1::NewLibraryServiceClient(Options())) {}

  ClientOptions Options() const {
    ClientOptions options;
    options.base_url = world_.gateway.url();
    return options;
  }

  absl::StatusOr<Book> AddBook(const std::string& title) {
    library::v1::CreateBookRequest request;
    request.set_parent("shelves/novels");
    request.mutable_book()->set_title(title);
    return library_->CreateBook(request);
  }

  World world_{GetParam()};
  std::unique_ptr<Library> library_;
};

INSTANTIATE_TEST_SUITE_P(Both, ClientsTest,
                         testing::Values(GatewayKind::kGenerated, GatewayKind::kDescriptorSet),
                         testing::PrintToStringParamName());

std::string Title(const httplib::Result& result) {
  if (!result) return httplib::to_string(result.error());
  return nlohmann::json::parse(result->body, nullptr, false).value("title", result->body);
}

TEST_P(ClientsTest, HttplibCreatesReadsUpdatesAndDeletes) {
  httplib::Client http("127.0.0.1", world_.gateway.port());
  http.set_keep_alive(true);
  EXPECT_EQ(Title(http.Post("/v1/shelves/novels/books?book_id=mine", R"({"title": "Mine"})",
                            "application/json")),
            "Mine");
  EXPECT_EQ(Title(http.Get("/v1/shelves/novels/books/mine")), "Mine");
  EXPECT_EQ(Title(http.Patch("/v1/shelves/novels/books/mine", R"({"title": "Ours"})",
                             "application/json")),
            "Ours");
  const httplib::Result gone = http.Delete("/v1/shelves/novels/books/mine");
  ASSERT_TRUE(gone);
  EXPECT_EQ(gone->body, "{}");
  const httplib::Result missing = http.Get("/v1/shelves/novels/books/mine");
  ASSERT_TRUE(missing);
  EXPECT_EQ(missing->status, 404);
}

TEST_P(ClientsTest, HttplibReadsAStreamInChunks) {
  httplib::Client http("127.0.0.1", world_.gateway.port());
  std::string body;
  const httplib::Result result =
      http.Get("/v1/books:search?query=a", [&](const char* piece, size_t size) {
        body.append(piece, size);
        return true;
      });
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 200);
  EXPECT_EQ(nlohmann::json::parse(body, nullptr, false).size(), 6U) << body;
}

TEST_P(ClientsTest, AListIsARangeOverAllPages) {
  library::v1::ListBooksRequest request;
  request.set_page_size(2);
  std::vector<std::string> titles;
  for (const absl::StatusOr<Book>& book : library_->ListBooks(request)) {
    ASSERT_TRUE(book.ok()) << book.status();
    titles.push_back(book->title());
  }
  EXPECT_EQ(titles.size(), 7U);
  EXPECT_EQ(titles.front(), "Emma");
}

TEST_P(ClientsTest, AnEmptyParentGoesByTheOtherBinding) {
  library::v1::ListBooksRequest request;
  auto everywhere = library_->ListBooksPage(request);
  ASSERT_TRUE(everywhere.ok()) << everywhere.status();
  EXPECT_EQ(everywhere->books_size(), 7);
  request.set_parent("shelves/poetry");
  auto poetry = library_->ListBooksPage(request);
  ASSERT_TRUE(poetry.ok()) << poetry.status();
  EXPECT_EQ(poetry->books_size(), 2);
}

TEST_P(ClientsTest, EveryFieldSurvivesTheTrip) {
  library::v1::CreateBookRequest request;
  request.set_parent("shelves/novels");
  request.set_book_id("full");
  Book& book = *request.mutable_book();
  book.set_title("Gänsefüßchen \" \\ \u2028 / ?&#%");
  book.add_authors("");
  book.add_authors("Two");
  book.set_genre(Book::DRAMA);
  book.set_pages(2147483647);
  book.set_publication_year(0);
  (*book.mutable_labels())["a=b&c"] = "";
  auto made = library_->CreateBook(request);
  ASSERT_TRUE(made.ok()) << made.status();
  library::v1::GetBookRequest get;
  get.set_name(made->name());
  auto got = library_->GetBook(get);
  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_EQ(got->SerializeAsString().size(), made->SerializeAsString().size());
  EXPECT_EQ(got->title(), book.title());
  EXPECT_EQ(got->authors_size(), 2);
  EXPECT_EQ(got->pages(), book.pages());
  EXPECT_TRUE(got->has_publication_year()) << "R34, R55";
  EXPECT_EQ(got->labels().at("a=b&c"), "");
}

TEST_P(ClientsTest, AMaskChangesWhatItNames) {
  auto book = AddBook("Mask");
  ASSERT_TRUE(book.ok()) << book.status();
  library::v1::UpdateBookRequest request;
  request.mutable_book()->set_name(book->name());
  request.mutable_book()->set_etag(book->etag());
  request.mutable_book()->set_pages(7);
  request.mutable_book()->set_title("not this");
  request.mutable_update_mask()->add_paths("pages");
  auto updated = library_->UpdateBook(request);
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->title(), "Mask");
  EXPECT_EQ(updated->pages(), 7);
  EXPECT_EQ(library_->UpdateBook(request).status().code(), absl::StatusCode::kAborted)
      << "the etag is used up";
}

TEST_P(ClientsTest, MovesUploadsAndDownloads) {
  auto book = AddBook("Text");
  ASSERT_TRUE(book.ok()) << book.status();
  library::v1::MoveBookRequest move;
  move.set_name(book->name());
  move.set_other_shelf("shelves/poetry");
  auto moved = library_->MoveBook(move);
  ASSERT_TRUE(moved.ok()) << moved.status();

  library::v1::UploadTextRequest upload;
  upload.set_name(moved->name());
  upload.mutable_text()->set_content_type("application/x-bytes");
  upload.mutable_text()->set_data(std::string("\0\xff\r\n{", 5));
  auto uploaded = library_->UploadText(upload);
  ASSERT_TRUE(uploaded.ok()) << uploaded.status();
  EXPECT_EQ(uploaded->text_size(), 5);

  library::v1::DownloadTextRequest download;
  download.set_name(moved->name());
  auto text = library_->DownloadText(download);
  ASSERT_TRUE(text.ok()) << text.status();
  EXPECT_EQ(text->data(), upload.text().data());
  EXPECT_EQ(text->content_type(), "application/x-bytes");
}

TEST_P(ClientsTest, AStreamIsARange) {
  library::v1::SearchBooksRequest request;
  request.set_query("jane");
  std::vector<std::string> titles;
  for (const absl::StatusOr<Book>& book : library_->SearchBooks(request)) {
    ASSERT_TRUE(book.ok()) << book.status();
    titles.push_back(book->title());
  }
  EXPECT_EQ(titles, std::vector<std::string>{"Emma"});
}

TEST_P(ClientsTest, ABareArrayIsAMessageAgain) {
  library::v1::SuggestTitlesRequest request;
  request.set_prefix("mo");
  auto titles = library_->SuggestTitles(request);
  ASSERT_TRUE(titles.ok()) << titles.status();
  ASSERT_EQ(titles->titles_size(), 1);
  EXPECT_EQ(titles->titles(0), "Moby-Dick");
}

TEST_P(ClientsTest, FailuresKeepTheirDetails) {
  library::v1::GetBookRequest get;
  get.set_name("shelves/novels/books/none");
  const absl::Status missing = library_->GetBook(get).status();
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound) << missing;
  auto resource = GetDetail<google::rpc::ResourceInfo>(missing);
  ASSERT_TRUE(resource.has_value()) << missing;
  EXPECT_EQ(resource->resource_name(), get.name());

  const absl::Status untitled = AddBook("").status();
  auto bad_request = GetDetail<google::rpc::BadRequest>(untitled);
  ASSERT_TRUE(bad_request.has_value()) << untitled;
  EXPECT_EQ(bad_request->field_violations(0).field(), "book.title");
}

TEST_P(ClientsTest, ANameThatDoesNotFitIsNeverSent) {
  library::v1::GetBookRequest get;
  get.set_name("novels?evil=1");
  ResponseInfo info;
  CallOptions options;
  options.response_info = &info;
  EXPECT_EQ(library_->GetBook(get, options).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(info.http_status, 0);
}

TEST_P(ClientsTest, ADeadBackendIsUnavailableAndASlowOneIsLate) {
  library::v1::GetBookRequest get;
  get.set_name("shelves/novels/books/emma");
  ASSERT_TRUE(library_->GetBook(get).ok());
  world_.backend.process().Pause();
  CallOptions soon;
  soon.timeout = absl::Milliseconds(200);
  EXPECT_EQ(library_->GetBook(get, soon).status().code(), absl::StatusCode::kDeadlineExceeded);
  world_.backend.process().Stop(SIGKILL);
  EXPECT_EQ(library_->GetBook(get).status().code(), absl::StatusCode::kUnavailable);
}

TEST_P(ClientsTest, OneClientServesManyThreads) {
  std::atomic<int> made{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 20; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 5; ++i) made += AddBook("Crowd").ok() ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(made, 100);
}

}  // namespace
}  // namespace trestle
