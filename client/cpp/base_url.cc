#include "trestle/client/cpp/base_url.h"

#include <arpa/inet.h>
#include <sys/un.h>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace trestle {
namespace {

absl::Status Malformed(absl::string_view text, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("base_url \"", text, "\": ", why));
}

// Consumes "scheme://" in any case (RFC 3986 3.1).
bool ConsumeScheme(absl::string_view scheme, absl::string_view* text) {
  if (!absl::StartsWithIgnoreCase(*text, scheme)) return false;
  text->remove_prefix(scheme.size());
  return true;
}

bool IsUrlText(absl::string_view text) {
  for (char c : text) {
    // Bytes above ASCII are negative.
    if (c <= ' ' || c == 0x7f || absl::StrContains("\"<>\\^`{|}", c)) return false;
  }
  return true;
}

bool IsHostName(absl::string_view host) {
  for (unsigned char c : host) {
    if (!absl::ascii_isalnum(c) && c != '-' && c != '.' && c != '_') return false;
  }
  return !host.empty() && host.size() <= 253;
}

bool IsIpv6(const std::string& host) {
  in6_addr address;
  return inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

absl::StatusOr<BaseUrl> ParseUnix(absl::string_view text, absl::string_view path) {
  if (!absl::StartsWith(path, "/")) return Malformed(text, "the socket's path must be absolute");
  if (path.size() >= sizeof(sockaddr_un::sun_path)) {
    return Malformed(text, absl::StrCat("the socket's path is over ",
                                        sizeof(sockaddr_un::sun_path) - 1, " bytes"));
  }
  BaseUrl url;
  url.scheme = BaseUrl::kUnix;
  url.host = std::string(path);
  url.authority = "localhost";
  return url;
}

// Splits "host", "host:port", "[v6]" or "[v6]:port".
absl::Status ParseAuthority(absl::string_view text, absl::string_view authority, BaseUrl* url) {
  if (absl::StrContains(authority, '@')) return Malformed(text, "user names are not supported");
  absl::string_view port;
  if (absl::ConsumePrefix(&authority, "[")) {
    size_t close = authority.find(']');
    if (close == absl::string_view::npos) return Malformed(text, "expected ']'");
    url->host = std::string(authority.substr(0, close));
    port = authority.substr(close + 1);
    if (!IsIpv6(url->host)) return Malformed(text, "expected an IPv6 address in the brackets");
  } else {
    size_t colon = authority.find(':');
    url->host = std::string(authority.substr(0, colon));
    if (colon != absl::string_view::npos) port = authority.substr(colon);
    if (!IsHostName(url->host)) return Malformed(text, "expected a host name or address");
  }
  url->port = url->scheme == BaseUrl::kHttps ? 443 : 80;
  if (port.empty()) return absl::OkStatus();
  bool digits = absl::ConsumePrefix(&port, ":") && !port.empty() && absl::ascii_isdigit(port[0]);
  if (!digits || !absl::SimpleAtoi(port, &url->port) || url->port < 1 || url->port > 65535) {
    return Malformed(text, "the port must be a number from 1 to 65535");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<BaseUrl> ParseBaseUrl(absl::string_view text) {
  BaseUrl url;
  absl::string_view rest = text;
  if (text.empty()) return Malformed(text, "it is empty");
  if (!IsUrlText(text)) {
    return Malformed(text, "it contains characters that are not allowed in a URL");
  }
  if (ConsumeScheme("unix:", &rest)) return ParseUnix(text, rest);
  if (ConsumeScheme("https://", &rest)) {
    url.scheme = BaseUrl::kHttps;
  } else if (!ConsumeScheme("http://", &rest)) {
    return Malformed(text, "expected http://, https:// or unix: at the beginning");
  }
  if (absl::StrContains(rest, '?')) return Malformed(text, "a query is not allowed");
  if (absl::StrContains(rest, '#')) return Malformed(text, "a fragment is not allowed");
  size_t slash = rest.find('/');
  absl::string_view authority = rest.substr(0, slash);
  absl::Status status = ParseAuthority(text, authority, &url);
  if (!status.ok()) return status;
  url.authority = std::string(authority);
  if (slash != absl::string_view::npos) {
    url.path = std::string(absl::StripSuffix(rest.substr(slash), "/"));
  }
  return url;
}

}  // namespace trestle
