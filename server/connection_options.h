// Limits of a server's connections, and of the requests on them. This is the only place that states
// their defaults: the front door's own options are made of these structs, and the command line
// derives its defaults from them.

#ifndef TRESTLE_SERVER_CONNECTION_OPTIONS_H_
#define TRESTLE_SERVER_CONNECTION_OPTIONS_H_

#include <cstddef>

#include "absl/time/time.h"
#include "trestle/server/concurrency/concurrency.h"

namespace trestle {

struct ConnectionOptions {
  size_t max_connections = 10000;  // 503 above
  size_t max_requests = 10000;     // in progress; 503 above
  // From the first byte of a request's head to the last one; 408. Also for a TLS handshake or a
  // PROXY header.
  absl::Duration head_timeout = absl::Seconds(10);
  absl::Duration body_timeout = absl::Seconds(30);   // without receiving data of a body; 408
  absl::Duration write_timeout = absl::Seconds(30);  // without sending data of a response
  // Bytes per second that a client must send of a request's body, and receive of a response, on
  // average over the time that it keeps the server waiting, in addition to one body_timeout or
  // write_timeout. Otherwise the request gets 408, or the connection is closed. 0: no limit. A
  // streamed request may pause.
  size_t min_body_rate = 240;
  absl::Duration idle_timeout = absl::Seconds(75);  // between two requests; closed silently
  // From Shutdown on, while the server accepts connections as before, so that load balancers can
  // notice that it is going to stop.
  absl::Duration drain_delay = absl::ZeroDuration();
  absl::Duration drain_grace = absl::Seconds(10);  // then, for requests in progress
};

// The threads that connections and requests run on.
struct WorkOptions {
  Concurrency concurrency = Concurrency::kFibers;
  size_t loops = 0;              // threads that watch connections; 0: one per core
  size_t threads = 64;           // of kThreads: requests that run at once; others wait
  size_t blocking_threads = 64;  // of kFibers: for RunBlocking (concurrency/blocking.h)
  // A loop that does not respond for longer is stuck (Server::FindStuckLoops).
  absl::Duration stuck_after = absl::Seconds(5);
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONNECTION_OPTIONS_H_
