// Pages of a list (AIP-158).

#ifndef TRESTLE_EXAMPLES_LIBRARY_PAGE_H_
#define TRESTLE_EXAMPLES_LIBRARY_PAGE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace library {

// A part of a list that is ordered by name.
struct Page {
  int size = 0;
  std::string after;  // begins after this name; empty for the first page
};

// The page that a request asks for. `list` says which list it is of, so that a token of
// another list is noticed. A size of 0 is 50, and more than 1000 is 1000. InvalidArgument
// for a negative size and for a token that PageToken has not made for this list.
absl::StatusOr<Page> ParsePage(int page_size, absl::string_view page_token, absl::string_view list);

// The token of the page of `list` that begins after `last`. It holds the name and not a
// position, and so stays right while the list changes.
std::string PageToken(absl::string_view list, absl::string_view last);

}  // namespace library

#endif  // TRESTLE_EXAMPLES_LIBRARY_PAGE_H_
