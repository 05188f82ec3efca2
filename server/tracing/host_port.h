// The host and port of a server, for the attributes server.address and server.port.

#ifndef TRESTLE_SERVER_TRACING_HOST_PORT_H_
#define TRESTLE_SERVER_TRACING_HOST_PORT_H_

#include "absl/strings/string_view.h"

namespace trestle {

struct HostPort {
  absl::string_view host;  // without brackets; empty if it is not known
  int port = 0;            // 0: not given
};

// Splits "library:9090", "[::1]:9090", "::1" or "library". What is not a port belongs to the host.
HostPort SplitHostPort(absl::string_view text);

// Returns the address in a gRPC target: "library" and 9090 for "dns:///library:9090", the first of
// several addresses, and the path of a Unix socket.
HostPort AddressOfTarget(absl::string_view target);

}  // namespace trestle

#endif  // TRESTLE_SERVER_TRACING_HOST_PORT_H_
