// Where a server is, read from text once.

#ifndef TRESTLE_CLIENT_CPP_BASE_URL_H_
#define TRESTLE_CLIENT_CPP_BASE_URL_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace trestle {

struct BaseUrl {
  enum Scheme { kHttp, kHttps, kUnix };
  Scheme scheme = kHttp;
  std::string host;       // a name, or an address without its brackets; of kUnix the socket's path
  int port = 0;           // 0 for kUnix
  std::string authority;  // the Host field: "example.com", "[::1]:8080"; "localhost" for kUnix
  std::string path;       // put before each request's path: "/base", or empty
};

// Reads "http://host[:port][/path]", the same with "https", or "unix:/path/of/socket"
// (RFC 3986 3). A "/" at the end of the path is dropped. InvalidArgument for anything
// else: other schemes, user names, queries, fragments.
absl::StatusOr<BaseUrl> ParseBaseUrl(absl::string_view text);

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_BASE_URL_H_
