// Sockets that a service manager has opened for this process: socket activation
// (sd_listen_fds(3)).

#ifndef TRESTLE_SERVER_HTTP_INHERITED_SOCKETS_H_
#define TRESTLE_SERVER_HTTP_INHERITED_SOCKETS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace trestle {

struct InheritedSocket {
  int descriptor;
  std::string name;  // empty if the sockets have no names
};

// The sockets that are not in use yet. Not thread-safe.
class InheritedSockets {
 public:
  // Returns those of LISTEN_FDS, with the names in LISTEN_FDNAMES, if LISTEN_PID is this process;
  // otherwise none. Fails with InvalidArgument if a variable is malformed.
  static absl::StatusOr<InheritedSockets> FromEnvironment();

  // Returns the first socket that is called `name`, or the first one if the sockets have no names,
  // and removes it from the list. Fails with NotFound, which lists the names that are left.
  absl::StatusOr<int> Take(absl::string_view name);

  const std::vector<InheritedSocket>& left() const { return left_; }

 private:
  std::vector<InheritedSocket> left_;
};

// Fails with NotFound if one of the listen addresses `addresses` is "systemd:NAME" and there is no
// such socket, and with InvalidArgument if no address uses a socket: its clients would wait for
// ever.
absl::Status CheckInheritedSockets(const std::vector<std::string>& addresses);

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_INHERITED_SOCKETS_H_
