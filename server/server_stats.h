// A snapshot of a server's connections, TLS, memory and fibers.

#ifndef TRESTLE_SERVER_SERVER_STATS_H_
#define TRESTLE_SERVER_SERVER_STATS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace trestle {

// Numbers of connections since the server was made, and of those that are open.
struct ConnectionStats {
  size_t open = 0;
  uint64_t accepted = 0;  // includes refused_work
  // Refused when they arrived: more than max_connections; no file descriptor was left.
  uint64_t refused_max_connections = 0;
  uint64_t refused_descriptors = 0;
  // Accepted, but closed when a request arrived, the first or a later one: no memory for a fiber,
  // no thread, or too many requests that wait for one.
  uint64_t refused_work = 0;
};

// A certificate that the server presents to clients.
struct CertificateStats {
  std::string file;
  std::string subject;  // "CN=gateway.example"
  absl::Time expires;
};

struct TlsStats {
  uint64_t handshakes = 0;                     // completed
  uint64_t failed_handshakes = 0;              // begun by the client, but not completed
  uint64_t reloads = 0;                        // of files that had changed
  uint64_t failed_reloads = 0;                 // of files that could not be used
  std::vector<CertificateStats> certificates;  // in the order of the file
};

struct FiberStats {
  size_t working = 0;
  size_t idle = 0;  // kept for later work
};

struct ServerStats {
  ConnectionStats connections;
  TlsStats tls;
  FiberStats fibers;
  size_t loops = 0;
  size_t buffered = 0;      // bytes of ServerOptions::max_buffered in use
  size_t max_buffered = 0;  // bytes
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_SERVER_STATS_H_
