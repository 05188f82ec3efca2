#include "trestle/client/cpp/connect.h"

#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace trestle {
namespace {

absl::Status Unreachable(absl::string_view where, absl::string_view why) {
  return absl::UnavailableError(absl::StrCat("cannot connect to ", where, ": ", why));
}

int FinishConnecting(int fd, absl::Time deadline) {
  if (WaitFor(fd, POLLOUT, deadline) == 0) return ETIMEDOUT;
  int error = 0;
  socklen_t size = sizeof(error);
  getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

absl::StatusOr<int> ConnectTo(const sockaddr* address, socklen_t size, absl::string_view where,
                              absl::Time deadline) {
  int fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return Unreachable(where, std::strerror(errno));
  int error = connect(fd, address, size) == 0 ? 0 : errno;
  if (error == EINPROGRESS) error = FinishConnecting(fd, deadline);
  if (error == 0) return fd;
  close(fd);
  return Unreachable(where, std::strerror(error));
}

absl::StatusOr<int> ConnectUnix(const BaseUrl& url, absl::Time deadline) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  url.host.copy(address.sun_path, sizeof(address.sun_path) - 1);
  return ConnectTo(reinterpret_cast<const sockaddr*>(&address), sizeof(address),
                   absl::StrCat("unix:", url.host), deadline);
}

std::string Text(const addrinfo& address) {
  char host[NI_MAXHOST], port[NI_MAXSERV];
  int error = getnameinfo(address.ai_addr, address.ai_addrlen, host, sizeof(host), port,
                          sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV);
  if (error != 0) return gai_strerror(error);
  bool v6 = address.ai_family == AF_INET6;
  return v6 ? absl::StrCat("[", host, "]:", port) : absl::StrCat(host, ":", port);
}

using Addresses = std::unique_ptr<addrinfo, void (*)(addrinfo*)>;

absl::StatusOr<Addresses> LookUp(const BaseUrl& url) {
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* list = nullptr;
  int error = getaddrinfo(url.host.c_str(), absl::StrCat(url.port).c_str(), &hints, &list);
  if (error != 0) return Unreachable(url.host, gai_strerror(error));
  return Addresses(list, freeaddrinfo);
}

}  // namespace

absl::StatusOr<int> Connect(const BaseUrl& url, absl::Time deadline) {
  if (url.scheme == BaseUrl::kUnix) return ConnectUnix(url, deadline);
  absl::StatusOr<Addresses> addresses = LookUp(url);
  if (!addresses.ok()) return addresses.status();
  absl::StatusOr<int> fd = Unreachable(url.host, "it has no addresses");
  for (const addrinfo* at = addresses->get(); at != nullptr; at = at->ai_next) {
    fd = ConnectTo(at->ai_addr, at->ai_addrlen, Text(*at), deadline);
    if (!fd.ok()) continue;
    int on = 1;  // a request may take several writes: Nagle would hold back the last
    setsockopt(*fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    break;
  }
  return fd;
}

int WaitFor(int fd, int events, absl::Time deadline) {
  pollfd wait = {fd, static_cast<int16_t>(events), 0};
  for (;;) {
    absl::Duration left = std::max(deadline - absl::Now(), absl::ZeroDuration());
    // Rounded up: a poll of 0 ms just before the deadline would spin.
    int64_t milliseconds = absl::ToInt64Milliseconds(std::min(left, absl::Hours(1))) + 1;
    int ready = poll(&wait, 1, left == absl::ZeroDuration() ? 0 : static_cast<int>(milliseconds));
    if (ready > 0) return wait.revents;
    if (ready < 0 && errno != EINTR) return 0;
    if (ready == 0 && left == absl::ZeroDuration()) return 0;
  }
}

}  // namespace trestle
