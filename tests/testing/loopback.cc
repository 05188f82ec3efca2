#include "trestle/tests/testing/loopback.h"

#include <sys/socket.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace trestle {

sockaddr_in LoopbackAddress(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int ConnectToLoopback(int socket, int port) {
  const sockaddr_in address = LoopbackAddress(port);
  return connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
}

int ListenOnLoopback(int* port) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = LoopbackAddress(0);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof(address);
  if (bind(listener, generic, size) != 0 || listen(listener, 128) != 0 ||
      getsockname(listener, generic, &size) != 0) {
    std::perror("listening on 127.0.0.1");
    std::abort();
  }
  *port = ntohs(address.sin_port);
  return listener;
}

}  // namespace trestle
