#include "trestle/server/routing/routing_key.h"

#include <cstddef>
#include <functional>
#include <string>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "trestle/transcoding/codec/violation.h"
#include "trestle/transcoding/percent.h"
#include "trestle/transcoding/token.h"

namespace trestle {
namespace {

constexpr char kOverride[] = "X-HTTP-Method-Override";

bool TakesOverride(absl::string_view method, BodyFormat format, const RequestOptions& options) {
  switch (options.method_override) {
    case MethodOverride::kNever:
      return false;
    case MethodOverride::kFormPosts:
      return IsFormPost(method, format);
    case MethodOverride::kPosts:
      return method == "POST";
  }
  return false;
}

bool IsWithin(absl::Span<const absl::string_view> views, const char* byte) {
  const std::less_equal<> is_at_most;  // views into other strings may be compared
  return absl::c_any_of(views, [&](absl::string_view view) {
    return is_at_most(view.data(), byte) && !is_at_most(view.data() + view.size(), byte);
  });
}

bool IsDots(absl::string_view segment) { return segment == "." || segment == ".."; }

// Returns true if a segment of `decoded` is "." or "..", with or without a verb.
bool HasDots(absl::string_view decoded) {
  for (absl::string_view segment : absl::StrSplit(decoded, '/')) {
    if (IsDots(segment) || IsDots(segment.substr(0, segment.rfind(':')))) return true;
  }
  return false;
}

}  // namespace

bool IsFormPost(absl::string_view method, BodyFormat format) {
  return method == "POST" && format == BodyFormat::kForm;
}

absl::StatusOr<std::string> RoutingMethod(const HttpRequest& http, BodyFormat format,
                                          const RequestOptions& options) {
  const std::string* method =
      TakesOverride(http.method, format, options) ? FindField(http.headers, kOverride) : nullptr;
  if (method == nullptr || method->empty()) return http.method;
  if (IsToken(*method)) return absl::AsciiStrToUpper(*method);
  return absl::InvalidArgumentError(
      absl::StrCat("header ", kOverride, ": ", Quote(*method), " is not a method"));
}

absl::Status CheckEscapes(absl::string_view path, absl::Span<const absl::string_view> captures) {
  for (size_t at = path.find('%'); at != path.npos; at = path.find('%', at + 1)) {
    const absl::string_view escape = path.substr(at);
    if (BeginsWithEscape(escape) || IsWithin(captures, escape.data())) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("path ", Quote(path), " has a malformed percent escape"));
  }
  return absl::OkStatus();
}

absl::Status RefuseDotSegments(absl::string_view path) {
  for (absl::string_view segment : absl::StrSplit(path, '/')) {
    std::string decoded;
    // CheckEscapes reports malformed escapes (R23).
    if (!PercentDecode(segment, Decode::kAll, &decoded) || !HasDots(decoded)) continue;
    return absl::InvalidArgumentError(absl::StrCat("path segment ", Quote(segment),
                                                   " is refused: it stands for \".\" or \"..\""));
  }
  return absl::OkStatus();
}

}  // namespace trestle
