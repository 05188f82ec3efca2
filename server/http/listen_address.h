// Where a server listens: "127.0.0.1:8080", "[::1]:8080", "unix:/run/gateway.sock".

#ifndef TRESTLE_SERVER_HTTP_LISTEN_ADDRESS_H_
#define TRESTLE_SERVER_HTTP_LISTEN_ADDRESS_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace trestle {

struct ListenAddress {
  std::string host;   // a name or an address; empty for all addresses
  uint16_t port = 0;  // 0: any that is free
  std::string path;   // of a Unix socket; then host and port mean nothing
};

// Parses `host:port`, `[v6]:port`, `:port` or `unix:/path`. InvalidArgument quotes `text`.
absl::StatusOr<ListenAddress> ParseListenAddress(absl::string_view text);

// How a user would address it: "http://127.0.0.1:8080", "unix:/run/gateway.sock".
std::string ToUrl(const ListenAddress& address);

// An open socket that listens, closed with this.
class Listener {
 public:
  explicit Listener(int descriptor) : descriptor_(descriptor) {}
  ~Listener();
  Listener(Listener&& other) noexcept;
  Listener& operator=(Listener&& other) = delete;

  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

// Opens and binds a socket that does not block, and sets `address->port` to the port it
// got. A Unix socket that nobody listens on any more is replaced. Unavailable names the
// address and the system's reason.
absl::StatusOr<Listener> OpenListener(ListenAddress* address, int backlog);

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_LISTEN_ADDRESS_H_
