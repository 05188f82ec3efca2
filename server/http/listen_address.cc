#include "trestle/server/http/listen_address.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/types/optional.h"
#include "trestle/server/http/port.h"

namespace trestle {
namespace {

absl::Status Malformed(absl::string_view text) {
  return absl::InvalidArgumentError(absl::StrCat(
      "listen address \"", text,
      "\": expected host:port, [v6]:port, https://host:port, unix:/path or systemd:NAME"));
}

bool IsDigits(absl::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == absl::string_view::npos;
}

// A number without a host, which could mean either of two addresses.
absl::Status OnlyAPort(absl::string_view text, absl::string_view port) {
  const absl::string_view scheme = text.substr(0, text.size() - port.size());
  return absl::InvalidArgumentError(absl::StrCat(
      "listen address \"", text, "\": the host is missing: ", scheme, "127.0.0.1:", port,
      " is this machine alone, ", scheme, ":", port, " is all of its addresses"));
}

absl::Status NoPort(absl::string_view text, absl::string_view port) {
  return absl::InvalidArgumentError(absl::StrCat("listen address \"", text, "\": \"", port,
                                                 "\" is not a port number from 0 to 65535"));
}

absl::Status Unusable(const ListenAddress& address, absl::string_view why) {
  return absl::UnavailableError(absl::StrCat("cannot listen on ", ToUrl(address), ": ", why));
}

absl::Status UnusableByErrno(const ListenAddress& address) {
  return Unusable(address, std::strerror(errno));
}

// A socket address of any family.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

absl::StatusOr<SocketAddress> UnixAddress(const ListenAddress& address) {
  SocketAddress out;
  auto* local = reinterpret_cast<sockaddr_un*>(&out.storage);
  if (address.path.size() >= sizeof(local->sun_path)) {
    return Unusable(address, "the path is too long");
  }
  local->sun_family = AF_UNIX;
  std::memcpy(local->sun_path, address.path.c_str(), address.path.size() + 1);
  out.size = sizeof(sockaddr_un);
  return out;
}

bool HasIpv6() {
  const int probe = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe >= 0) close(probe);
  return probe >= 0 || errno != EAFNOSUPPORT;
}

absl::StatusOr<SocketAddress> Resolve(const ListenAddress& address) {
  if (!address.path.empty()) return UnixAddress(address);
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  // Without a host: all addresses, of both families if the system has both.
  const char* all = HasIpv6() ? "::" : "0.0.0.0";
  const char* host = address.host.empty() ? all : address.host.c_str();
  const int error = getaddrinfo(host, std::to_string(address.port).c_str(), &hints, &found);
  if (error != 0) return Unusable(address, gai_strerror(error));
  std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
  SocketAddress out;
  std::memcpy(&out.storage, found->ai_addr, found->ai_addrlen);
  out.size = found->ai_addrlen;
  return out;
}

void SetOption(int descriptor, int level, int option, int value) {
  setsockopt(descriptor, level, option, &value, sizeof(value));
}

// Removes a socket file whose server has gone. For anything else, bind will fail.
void RemoveStaleSocket(SocketAddress address, const std::string& path) {
  struct stat file;
  if (lstat(path.c_str(), &file) != 0 || !S_ISSOCK(file.st_mode)) return;
  const int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool is_stale = connect(probe, address.get(), address.size) != 0 && errno == ECONNREFUSED;
  close(probe);
  if (is_stale) unlink(path.c_str());
}

uint16_t BoundPort(int descriptor) {
  SocketAddress bound;
  bound.size = sizeof(bound.storage);
  if (getsockname(descriptor, bound.get(), &bound.size) != 0) return 0;
  return ntohs(bound.storage.ss_family == AF_INET6
                   ? reinterpret_cast<sockaddr_in6*>(&bound.storage)->sin6_port
                   : reinterpret_cast<sockaddr_in*>(&bound.storage)->sin_port);
}

// Returns the path of a Unix socket. That of an abstract one begins with "@".
std::string PathOf(const SocketAddress& address) {
  const auto* local = reinterpret_cast<const sockaddr_un*>(&address.storage);
  const size_t size = address.size - offsetof(sockaddr_un, sun_path);
  std::string path(local->sun_path, std::min(size, sizeof(local->sun_path)));
  if (!path.empty() && path[0] == '\0') return absl::StrCat("@", path.substr(1));
  return path.substr(0, path.find('\0'));
}

// Returns the address without its port.
std::string HostOf(const SocketAddress& address) {
  char host[NI_MAXHOST] = "";
  getnameinfo(reinterpret_cast<const sockaddr*>(&address.storage), address.size, host, sizeof(host),
              nullptr, 0, NI_NUMERICHOST);
  return host;
}

// Removes "http://" or "https://", in any case (RFC 3986 3.1), from `*text`.
void TakeScheme(absl::string_view* text, ListenAddress* address) {
  for (absl::string_view scheme : {"http://", "https://"}) {
    if (!absl::StartsWithIgnoreCase(*text, scheme)) continue;
    text->remove_prefix(scheme.size());
    address->tls = scheme == "https://";
    return;
  }
}

// A client that loses power, or whose NAT forgets it, sends no end. Nothing may be sent to it
// either, for as long as a stream has no message. So TCP probes it (RFC 9293 3.8.4).
void ProbeSilentPeers(int descriptor) {
  SetOption(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1);
  SetOption(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, 60);
  SetOption(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, 10);
  SetOption(descriptor, IPPROTO_TCP, TCP_KEEPCNT, 6);
}

void SetOptions(int descriptor, int family, const ListenAddress& address, PortUse use) {
  SetOption(descriptor, SOL_SOCKET, SO_REUSEADDR, 1);
  if (family != AF_UNIX && use == PortUse::kShared) {
    SetOption(descriptor, SOL_SOCKET, SO_REUSEPORT, 1);
  }
  if (family != AF_UNIX) ProbeSilentPeers(descriptor);
  if (family == AF_INET6) {
    SetOption(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, address.host.empty() ? 0 : 1);
  }
}

}  // namespace

absl::StatusOr<ListenAddress> ParseListenAddress(absl::string_view text) {
  ListenAddress address;
  absl::string_view rest = text;
  if (absl::ConsumePrefix(&rest, "unix:")) {
    if (rest.empty()) return Malformed(text);
    address.path = std::string(rest);
    return address;
  }
  TakeScheme(&rest, &address);
  if (absl::ConsumePrefix(&rest, "systemd:")) {
    if (rest.empty()) return Malformed(text);
    address.inherited = std::string(rest);
    return address;
  }
  const size_t colon = rest.rfind(':');
  if (colon == absl::string_view::npos) {
    return IsDigits(rest) ? OnlyAPort(text, rest) : Malformed(text);
  }
  absl::string_view host = rest.substr(0, colon);
  const bool is_bracketed = absl::ConsumePrefix(&host, "[") && absl::ConsumeSuffix(&host, "]");
  if (!is_bracketed && host.find_first_of(":[]") != absl::string_view::npos) return Malformed(text);
  const absl::string_view digits = rest.substr(colon + 1);
  if (digits.empty() || digits[0] == '/') return Malformed(text);
  const absl::optional<uint16_t> port = ParsePort(digits);
  if (!port.has_value()) return NoPort(text, digits);
  address.host = std::string(host);
  address.port = *port;
  return address;
}

std::string ToUrl(const ListenAddress& address) {
  if (!address.path.empty()) return absl::StrCat("unix:", address.path);
  const std::string host = address.host.empty() ? "localhost" : address.host;
  const bool is_v6 = absl::StrContains(host, ":");
  const char* scheme = address.tls ? "https://" : "http://";
  return absl::StrCat(scheme, is_v6 ? "[" : "", host, is_v6 ? "]" : "", ":", address.port);
}

Listener::~Listener() {
  if (descriptor_ >= 0) close(descriptor_);
}

Listener::Listener(Listener&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

absl::StatusOr<Listener> OpenListener(ListenAddress* address, int backlog, PortUse use) {
  absl::StatusOr<SocketAddress> resolved = Resolve(*address);
  if (!resolved.ok()) return resolved.status();
  const int family = resolved->storage.ss_family;
  Listener listener(socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (listener.descriptor() < 0) return UnusableByErrno(*address);
  if (family == AF_UNIX) RemoveStaleSocket(*resolved, address->path);
  SetOptions(listener.descriptor(), family, *address, use);
  if (bind(listener.descriptor(), resolved->get(), resolved->size) != 0 ||
      listen(listener.descriptor(), backlog) != 0) {
    return UnusableByErrno(*address);
  }
  if (family != AF_UNIX) address->port = BoundPort(listener.descriptor());
  return listener;
}

absl::StatusOr<Listener> AdoptListener(int descriptor, ListenAddress* address) {
  int type = 0, is_listening = 0;
  socklen_t type_size = sizeof(type), is_listening_size = sizeof(is_listening);
  const bool is_stream =
      getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &type_size) == 0 && type == SOCK_STREAM &&
      getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &is_listening, &is_listening_size) == 0 &&
      is_listening != 0;
  SocketAddress bound;
  bound.size = sizeof(bound.storage);
  if (!is_stream || getsockname(descriptor, bound.get(), &bound.size) != 0) {
    return absl::InvalidArgumentError(absl::StrCat("listen address \"systemd:", address->inherited,
                                                   "\": descriptor ", descriptor,
                                                   " is not a listening stream socket"));
  }
  fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK);
  fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  if (bound.storage.ss_family == AF_UNIX) {
    address->path = PathOf(bound);
  } else {
    ProbeSilentPeers(descriptor);
    address->host = HostOf(bound);
    address->port = BoundPort(descriptor);
  }
  return Listener(descriptor);
}

}  // namespace trestle
