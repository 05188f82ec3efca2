// The items of all pages of a List method (AIP-158) as one range.

#ifndef TRESTLE_CLIENT_CPP_PAGES_H_
#define TRESTLE_CLIENT_CPP_PAGES_H_

#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "trestle/client/cpp/stream.h"

namespace trestle {

// A .proto may mark page_token or next_page_token as deprecated.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

// Reads one page after the other, each when the one before is used up.
template <typename Item, typename Request, typename Fetch, typename Items>
class PageReader {
 public:
  using Page = typename std::invoke_result_t<Fetch, const Request&>::value_type;

  PageReader(Request request, Fetch fetch, Items items)
      : request_(std::move(request)), fetch_(std::move(fetch)), items_(std::move(items)) {}

  absl::optional<absl::StatusOr<Item>> operator()() {
    while (next_ == items_(page_)->size()) {
      if (last_) return absl::nullopt;
      absl::Status status = FetchPage();
      if (!status.ok()) return absl::StatusOr<Item>(std::move(status));
    }
    return absl::StatusOr<Item>(std::move(*items_(page_)->Mutable(next_++)));
  }

 private:
  absl::Status FetchPage() {
    absl::StatusOr<Page> page = fetch_(static_cast<const Request&>(request_));
    if (!page.ok()) return page.status();
    page_ = *std::move(page);
    next_ = 0;
    last_ = page_.next_page_token().empty();
    if (last_) return absl::OkStatus();
    // A server that returns the token that it was sent would be called forever.
    if (page_.next_page_token() == request_.page_token()) {
      return absl::InternalError(absl::StrCat("the page for page_token \"", request_.page_token(),
                                              "\" names itself as the next page"));
    }
    request_.set_page_token(page_.next_page_token());
    return absl::OkStatus();
  }

  Request request_;
  Fetch fetch_;
  Items items_;
  Page page_;
  int next_ = 0;  // of the items of page_
  bool last_ = false;
};

#pragma GCC diagnostic pop

// Returns the items of all pages, starting at request.page_token(). `fetch(request)` returns a
// page as absl::StatusOr; `items(page)` its mutable repeated field. A failure is the last element.
template <typename Item, typename Request, typename Fetch, typename Items>
StreamRange<Item> Pages(Request request, Fetch fetch, Items items) {
  return StreamRange<Item>(PageReader<Item, Request, Fetch, Items>(
      std::move(request), std::move(fetch), std::move(items)));
}

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_PAGES_H_
