// Where a server listens: "127.0.0.1:8080", "https://[::]:8443", "unix:/run/gateway.sock".

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
  std::string path;   // of a Unix socket; then nothing else means anything
  bool tls = false;
};

// Parses `host:port`, `[v6]:port` and `:port`, which may have `http://` or `https://` before
// them, and `unix:/path`. InvalidArgument quotes `text`.
absl::StatusOr<ListenAddress> ParseListenAddress(absl::string_view text);

// How a user would address it: "https://127.0.0.1:8443", "unix:/run/gateway.sock".
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

enum class PortUse {
  kAlone,   // a port that another socket has is an error
  kShared,  // SO_REUSEPORT: the system shares out connections among all that say so
};

// Opens and binds a socket that does not block, and sets `address->port` to the port it
// got. Without a host it takes connections of IPv6 and of IPv4, or of IPv4 alone on a
// system that has no other. A Unix socket that nobody listens on any more is replaced. What is
// accepted there by TCP inherits SO_KEEPALIVE: a peer that is silent for a minute is probed every
// 10 s, and after 6 probes without a response its connection fails.
// Unavailable names the address and the system's reason.
absl::StatusOr<Listener> OpenListener(ListenAddress* address, int backlog,
                                      PortUse use = PortUse::kAlone);

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_LISTEN_ADDRESS_H_
