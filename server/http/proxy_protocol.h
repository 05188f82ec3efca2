// Parses the header that a proxy may send before a connection's first byte to report the client's
// address: the PROXY protocol, versions 1 and 2, as in HAProxy's proxy-protocol.txt.

#ifndef TRESTLE_SERVER_HTTP_PROXY_PROTOCOL_H_
#define TRESTLE_SERVER_HTTP_PROXY_PROTOCOL_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace trestle {

struct ProxyHeader {
  // The length of the header in bytes; 0 if it is not complete yet.
  size_t size = 0;
  // The client's address without its port. Empty if the connection is the proxy's own (LOCAL) or
  // the address is not an IP address (UNKNOWN, AF_UNIX): then the connection's address applies.
  std::string client;
};

// The maximum length of a header, in bytes. Version 2 may carry more than addresses.
constexpr size_t kMaxProxyHeader = 4096;

// Parses the header at the start of `bytes`. Fails with InvalidArgument if they cannot become a
// header.
absl::StatusOr<ProxyHeader> ParseProxyHeader(absl::string_view bytes);

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_PROXY_PROTOCOL_H_
