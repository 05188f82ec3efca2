#include "trestle/examples/library/book.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "google/protobuf/util/time_util.h"
#include "trestle/examples/library/error.h"

namespace library {
namespace {

using google::protobuf::util::TimeUtil;

constexpr int kMaxTitleLength = 200;

// Returns the number of characters in UTF-8 text, which is that of its bytes except continuation
// bytes.
int CountCharacters(absl::string_view text) {
  int count = 0;
  for (unsigned char byte : text) count += (byte & 0xC0) != 0x80 ? 1 : 0;
  return count;
}

}  // namespace

void CheckShelf(const v1::Shelf& shelf, absl::string_view path, Violations* violations) {
  violations->AddMissing(shelf, path);
}

void CheckBook(const v1::Book& book, absl::string_view path, Violations* violations) {
  violations->AddMissing(book, path);
  if (CountCharacters(book.title()) > kMaxTitleLength) {
    violations->Add(absl::StrCat(path, ".title"),
                    absl::StrCat("must have at most ", kMaxTitleLength, " characters"));
  }
  if (book.pages() < 0) violations->Add(absl::StrCat(path, ".pages"), "must not be negative");
  if (!v1::Book::Genre_IsValid(book.genre())) {
    violations->Add(absl::StrCat(path, ".genre"),
                    absl::StrCat("is ", book.genre(), ", which is not a genre"));
  }
}

absl::Status CheckEtag(const v1::Book& book, absl::string_view etag) {
  if (etag.empty() || etag == book.etag()) return absl::OkStatus();
  return EtagMismatch(book.name(), etag);
}

google::protobuf::Timestamp Now() {
  return TimeUtil::NanosecondsToTimestamp(absl::ToUnixNanos(absl::Now()));
}

void Touch(v1::Book* book) {
  *book->mutable_update_time() = Now();
  book->set_etag(absl::StrCat(absl::Hex(TimeUtil::TimestampToNanoseconds(book->update_time()))));
}

}  // namespace library
