#include "trestle/examples/library/seed.h"

#include <string>
#include <vector>

#include "trestle/examples/library/book.h"
#include "trestle/examples/library/resource_name.h"

namespace library {
namespace {

struct SeedShelf {
  const char* id;
  const char* theme;
};

struct SeedBook {
  const char* shelf;
  const char* id;
  const char* title;
  const char* author;
  v1::Book::Genre genre;
  int pages;
  int year;
};

constexpr SeedShelf kShelves[] = {
    {"novels", "Novels"},
    {"poetry", "Poetry"},
    {"science", "Science"},
};

constexpr SeedBook kBooks[] = {
    {"novels", "emma", "Emma", "Jane Austen", v1::Book::FICTION, 474, 1815},
    {"novels", "middlemarch", "Middlemarch", "George Eliot", v1::Book::FICTION, 880, 1871},
    {"novels", "moby-dick", "Moby-Dick", "Herman Melville", v1::Book::FICTION, 635, 1851},
    {"poetry", "odyssey", "The Odyssey", "Homer", v1::Book::POETRY, 541, -700},
    {"poetry", "songs", "Songs of Innocence", "William Blake", v1::Book::POETRY, 54, 1789},
    {"science", "origin", "On the Origin of Species", "Charles Darwin", v1::Book::NONFICTION, 502,
     1859},
    {"science", "micrographia", "Micrographia", "Robert Hooke", v1::Book::NONFICTION, 246, 1665},
};

constexpr char kTextOf[] = "shelves/poetry/books/songs";
constexpr char kText[] =
    "Little Lamb, who made thee?\n"
    "Dost thou know who made thee?\n";

v1::Shelf ShelfFrom(const SeedShelf& seed) {
  v1::Shelf shelf;
  shelf.set_name(ShelfName(seed.id));
  shelf.set_theme(seed.theme);
  *shelf.mutable_create_time() = Now();
  return shelf;
}

v1::Book BookFrom(const SeedBook& seed) {
  v1::Book book;
  book.set_name(BookName(ShelfName(seed.shelf), seed.id));
  book.set_title(seed.title);
  book.add_authors(seed.author);
  book.set_genre(seed.genre);
  book.set_pages(seed.pages);
  book.set_publication_year(seed.year);
  Touch(&book);
  *book.mutable_create_time() = book.update_time();
  return book;
}

absl::Status AddText(Store& store) {
  google::api::HttpBody text;
  text.set_content_type("text/plain; charset=utf-8");
  text.set_data(kText);
  auto book = store.PutText(kTextOf, text, [&text](v1::Book& book) {
    book.set_text_size(static_cast<int64_t>(text.data().size()));
    return absl::OkStatus();
  });
  return book.status();
}

}  // namespace

absl::Status Seed(Store& store) {
  absl::StatusOr<std::vector<v1::Shelf>> shelves = store.ListShelves(Page{});
  if (!shelves.ok() || !shelves->empty()) return shelves.status();
  for (const SeedShelf& seed : kShelves) {
    if (absl::Status status = store.CreateShelf(ShelfFrom(seed)); !status.ok()) return status;
  }
  for (const SeedBook& seed : kBooks) {
    if (absl::Status status = store.CreateBook(BookFrom(seed)); !status.ok()) return status;
  }
  return AddText(store);
}

}  // namespace library
