#include "trestle/server/http/uri_authority.h"

#include "absl/strings/ascii.h"
#include "trestle/server/http/ip_range.h"
#include "trestle/server/http/port.h"
#include "trestle/transcoding/percent.h"

namespace trestle {
namespace {

// unreserved / sub-delims, without the comma
bool IsNameChar(char c) {
  constexpr absl::string_view kMarks = "-._~!$&'()*+;=";
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || kMarks.find(c) != kMarks.npos;
}

// reg-name = *( unreserved / pct-encoded / sub-delims ), which includes IPv4address
bool IsName(absl::string_view text) {
  if (text.empty()) return false;
  while (!text.empty()) {
    const bool is_escape = BeginsWithEscape(text);
    if (!is_escape && !IsNameChar(text[0])) return false;
    text.remove_prefix(is_escape ? 3 : 1);
  }
  return true;
}

// [ ":" port ], port = *DIGIT
bool IsPortPart(absl::string_view text) {
  if (text.empty()) return true;
  if (text[0] != ':') return false;
  text.remove_prefix(1);
  return text.empty() || ParsePort(text).has_value();
}

}  // namespace

bool IsUriAuthority(absl::string_view text) {
  if (!text.empty() && text[0] == '[') {
    const size_t end = text.find(']');
    return end != absl::string_view::npos && IsIpv6Text(text.substr(1, end - 1)) &&
           IsPortPart(text.substr(end + 1));
  }
  const size_t colon = text.find(':');
  if (colon == absl::string_view::npos) return IsName(text);
  return IsName(text.substr(0, colon)) && IsPortPart(text.substr(colon));
}

}  // namespace trestle
