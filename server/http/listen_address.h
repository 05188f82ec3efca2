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
  uint16_t port = 0;  // 0: any free port
  std::string path;   // of a Unix socket; then host and port are not used
  // The name of a socket that a service manager has opened (inherited_sockets.h); then the members
  // above are those of that socket, once it has been adopted.
  std::string inherited;
  bool tls = false;
};

// Parses `host:port`, `[v6]:port` and `:port`, optionally with `http://` or `https://` before them,
// `unix:/path`, and `systemd:NAME`, also after `https://`. Fails with InvalidArgument, which quotes
// `text`.
absl::StatusOr<ListenAddress> ParseListenAddress(absl::string_view text);

// Returns the URL for clients: "https://127.0.0.1:8443", "unix:/run/gateway.sock".
std::string ToUrl(const ListenAddress& address);

// Owns a listening socket.
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
  kAlone,   // fails if another socket has the port
  kShared,  // SO_REUSEPORT: the system distributes connections among the sockets that set it
};

// Opens and binds a non-blocking socket, and sets `address->port` to the port it got. Without a
// host it accepts connections of IPv6 and IPv4, or of IPv4 alone on a system without IPv6. Replaces
// a Unix socket that no process listens on. TCP connections inherit SO_KEEPALIVE: a peer that is
// silent for a minute is probed every 10 s, and after 6 probes without a response the connection
// fails. Fails with Unavailable, which names the address and the system's reason.
absl::StatusOr<Listener> OpenListener(ListenAddress* address, int backlog,
                                      PortUse use = PortUse::kAlone);

// Takes a listening socket that another process has opened, and sets host, port and path of
// `*address`. Makes it non-blocking and close-on-exec. Fails with InvalidArgument, and leaves it
// alone, if it is not a listening stream socket.
absl::StatusOr<Listener> AdoptListener(int descriptor, ListenAddress* address);

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_LISTEN_ADDRESS_H_
