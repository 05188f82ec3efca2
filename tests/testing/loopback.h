// Sockets on 127.0.0.1, for tests and load tools.

#ifndef TRESTLE_TESTS_TESTING_LOOPBACK_H_
#define TRESTLE_TESTS_TESTING_LOOPBACK_H_

#include <netinet/in.h>

namespace trestle {

// Returns the address of `port` on 127.0.0.1; 0 is any free port.
sockaddr_in LoopbackAddress(int port);

// Connects `socket` to `port` on 127.0.0.1. Returns what connect() returns.
int ConnectToLoopback(int socket, int port);

// Returns a socket that listens on a free port of 127.0.0.1, and the port in `*port`. Ends the
// program if that fails.
int ListenOnLoopback(int* port);

}  // namespace trestle

#endif  // TRESTLE_TESTS_TESTING_LOOPBACK_H_
