// The header that a proxy may put before a connection's first byte, to tell whose it is: the
// PROXY protocol, versions 1 and 2, as HAProxy's proxy-protocol.txt specifies it.

#ifndef TRESTLE_SERVER_HTTP_PROXY_PROTOCOL_H_
#define TRESTLE_SERVER_HTTP_PROXY_PROTOCOL_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace trestle {

struct ProxyHeader {
  // How many bytes it takes; 0: there may be one, but it is not complete.
  size_t size = 0;
  // The client's address without its port. Empty: that of the connection itself, which is
  // the proxy's own (LOCAL), or of a kind that is no IP address (UNKNOWN, AF_UNIX).
  std::string client;
};

// No header is longer: one of version 2 may carry more than addresses.
constexpr size_t kMaxProxyHeader = 4096;

// Reads the header that `bytes` begin with. InvalidArgument when they do not begin with one,
// and never will.
absl::StatusOr<ProxyHeader> ParseProxyHeader(absl::string_view bytes);

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_PROXY_PROTOCOL_H_
