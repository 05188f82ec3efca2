#include "trestle/examples/library/resource_name.h"

#include <cstdint>

#include "absl/random/random.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"

namespace library {
namespace {

constexpr absl::string_view kShelves = "shelves/";
constexpr absl::string_view kBooks = "/books/";
constexpr size_t kMaxIdLength = 63;

bool IsIdCharacter(char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-'; }

}  // namespace

bool IsResourceId(absl::string_view id) {
  if (id.empty() || id.size() > kMaxIdLength || !absl::ascii_islower(id.front())) return false;
  for (char c : id) {
    if (!IsIdCharacter(c)) return false;
  }
  return true;
}

std::string NewResourceId() {
  absl::BitGen random;
  return absl::StrFormat("id-%016x", absl::Uniform<uint64_t>(random));
}

std::string ShelfName(absl::string_view id) { return absl::StrCat(kShelves, id); }

std::string BookName(absl::string_view shelf, absl::string_view id) {
  return absl::StrCat(shelf, kBooks, id);
}

bool IsShelfName(absl::string_view name) {
  return absl::ConsumePrefix(&name, kShelves) && IsResourceId(name);
}

absl::string_view ShelfOf(absl::string_view book) {
  const size_t end = book.find(kBooks);
  return end == absl::string_view::npos ? absl::string_view() : book.substr(0, end);
}

absl::string_view IdOf(absl::string_view book) {
  const size_t end = book.find(kBooks);
  return end == absl::string_view::npos ? absl::string_view() : book.substr(end + kBooks.size());
}

}  // namespace library
