#include "trestle/examples/library/page.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "trestle/examples/library/violations.h"

namespace library {
namespace {

constexpr int kDefaultSize = 50;
constexpr int kMaxSize = 1000;

// The prefix of a token of `list` before base64 encoding. A name has no line break.
std::string TokenPrefix(absl::string_view list) { return absl::StrCat(list, "\n"); }

bool ParseToken(absl::string_view token, absl::string_view list, std::string* after) {
  if (token.empty()) return true;
  std::string text;
  if (!absl::WebSafeBase64Unescape(token, &text)) return false;
  absl::string_view last = text;
  if (!absl::ConsumePrefix(&last, TokenPrefix(list)) || last.empty()) return false;
  *after = std::string(last);
  return true;
}

}  // namespace

absl::StatusOr<Page> ParsePage(int page_size, absl::string_view page_token,
                               absl::string_view list) {
  Page page;
  Violations violations;
  if (page_size < 0) violations.Add("page_size", "must not be negative");
  if (!ParseToken(page_token, list, &page.after)) {
    violations.Add("page_token", "is not a next_page_token of this list");
  }
  if (absl::Status status = violations.ToStatus(); !status.ok()) return status;
  page.size = page_size == 0 ? kDefaultSize : std::min(page_size, kMaxSize);
  return page;
}

std::string PageToken(absl::string_view list, absl::string_view last) {
  return absl::WebSafeBase64Escape(absl::StrCat(TokenPrefix(list), last));
}

}  // namespace library
