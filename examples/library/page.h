// Pages of a list (AIP-158).

#ifndef TRESTLE_EXAMPLES_LIBRARY_PAGE_H_
#define TRESTLE_EXAMPLES_LIBRARY_PAGE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace library {

// A part of a list ordered by name.
struct Page {
  int size = 0;
  std::string after;  // starts after this name; empty for the first page
};

// Returns the page that a request asks for. `list` identifies the list, so that tokens of other
// lists are detected. A size of 0 means 50, and the maximum is 1000. Fails with InvalidArgument for
// a negative size and for a token that PageToken has not returned for this list.
absl::StatusOr<Page> ParsePage(int page_size, absl::string_view page_token, absl::string_view list);

// Returns the token of the page of `list` that starts after `last`. It contains the name, not a
// position, and so stays valid when the list changes.
std::string PageToken(absl::string_view list, absl::string_view last);

}  // namespace library

#endif  // TRESTLE_EXAMPLES_LIBRARY_PAGE_H_
