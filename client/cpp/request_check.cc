#include "trestle/client/cpp/request_check.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "trestle/transcoding/field_value.h"
#include "trestle/transcoding/token.h"

namespace trestle {
namespace {

constexpr absl::string_view kOwnFields[] = {
    "connection", "content-length",    "expect",          "keep-alive", "te", "trailer",
    "upgrade",    "transfer-encoding", "proxy-connection"};

bool IsTarget(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return c > ' ' && c < 0x7f && c != '#'; });
}

absl::Status CheckField(const HttpField& field) {
  if (!IsToken(field.name)) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", absl::CEscape(field.name), "\" is not a valid header name"));
  }
  for (absl::string_view own : kOwnFields) {
    if (absl::EqualsIgnoreCase(field.name, own)) {
      return absl::InvalidArgumentError(
          absl::StrCat("header ", field.name, " is set by the transport"));
    }
  }
  if (IsFieldValue(field.value)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("the value of header ", field.name, " contains a control character"));
}

}  // namespace

absl::Status CheckRequest(const HttpRequest& request) {
  if (!IsToken(request.method)) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", absl::CEscape(request.method), "\" is not a valid HTTP method"));
  }
  bool absolute = absl::StartsWith(request.path, "/") && !absl::StrContains(request.path, '?');
  if (!absolute || !IsTarget(request.path) || !IsTarget(request.query)) {
    return absl::InvalidArgumentError(absl::StrCat("\"", absl::CEscape(request.path), "?",
                                                   absl::CEscape(request.query),
                                                   "\" is not the path and query of a URL"));
  }
  for (const HttpField& field : request.headers) {
    absl::Status status = CheckField(field);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace trestle
