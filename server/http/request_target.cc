#include "trestle/server/http/request_target.h"

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "trestle/server/http/uri_authority.h"
#include "trestle/transcoding/error.h"

namespace trestle {
namespace {

// Visible ASCII, and no fragment. Other characters are checked when the path is decoded.
bool IsTargetChar(char c) { return c > ' ' && c < 0x7f && c != '#'; }

// absolute-form = scheme "://" authority path-abempty [ "?" query ]: removes scheme and authority
// from `*target`. Returns false for another form.
bool TakeAuthority(absl::string_view* target, absl::string_view* authority) {
  const size_t scheme = target->find("://");
  if (scheme == absl::string_view::npos) return false;
  const absl::string_view name = target->substr(0, scheme);
  if (!absl::EqualsIgnoreCase(name, "http") && !absl::EqualsIgnoreCase(name, "https")) return false;
  target->remove_prefix(scheme + 3);
  *authority = target->substr(0, target->find_first_of("/?"));
  target->remove_prefix(authority->size());
  return true;
}

void SplitTarget(absl::string_view target, HttpRequest* request) {
  const size_t question = target.find('?');
  request->path = std::string(target.substr(0, question));
  if (question != absl::string_view::npos) {
    request->query = std::string(target.substr(question + 1));
  }
}

}  // namespace

absl::Status ParseRequestTarget(absl::string_view target, HttpRequest* request,
                                absl::string_view* authority) {
  if (!std::all_of(target.begin(), target.end(), IsTargetChar)) {
    return HttpError(400, "the request target contains a character that must be encoded");
  }
  const bool is_options = request->method == "OPTIONS";
  if (TakeAuthority(&target, authority)) {
    if (!IsUriAuthority(*authority)) return HttpError(400, "the request target has no valid host");
    // For OPTIONS, a URL without a path means the server as a whole (RFC 9112 3.2.4).
    if (target.empty() && is_options) target = "*";
  } else if (!absl::StartsWith(target, "/") && !(is_options && target == "*")) {
    return HttpError(400, "the request target is neither a path nor an http URL");
  }
  SplitTarget(target, request);
  if (request->path.empty()) request->path = "/";
  return absl::OkStatus();
}

}  // namespace trestle
