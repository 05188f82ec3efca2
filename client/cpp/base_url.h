// The address of a server, parsed once.

#ifndef TRESTLE_CLIENT_CPP_BASE_URL_H_
#define TRESTLE_CLIENT_CPP_BASE_URL_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace trestle {

struct BaseUrl {
  enum Scheme { kHttp, kHttps, kUnix };
  Scheme scheme = kHttp;
  std::string host;       // a name, or an address without brackets; for kUnix the socket's path
  int port = 0;           // 0 for kUnix
  std::string authority;  // the Host field: "example.com", "[::1]:8080"; "localhost" for kUnix
  std::string path;       // prepended to the path of each request: "/base", or empty
};

// Parses "http://host[:port][/path]", the same with "https", or "unix:/path/of/socket"
// (RFC 3986 3). A "/" at the end of the path is dropped. Fails with InvalidArgument for anything
// else: other schemes, user names, queries, fragments.
absl::StatusOr<BaseUrl> ParseBaseUrl(absl::string_view text);

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_BASE_URL_H_
