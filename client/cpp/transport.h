// The seam between a client and the network.

#ifndef TRESTLE_CLIENT_CPP_TRANSPORT_H_
#define TRESTLE_CLIENT_CPP_TRANSPORT_H_

#include "trestle/client/cpp/call.h"

namespace trestle {

// Carries requests to a server. Thread-safe. Implemented by http_transport.h, and by
// in_memory_transport.h for tests.
class Transport {
 public:
  virtual ~Transport() = default;

  // Makes one attempt: no retries, no redirects. Waits for the whole answer, or, when
  // its pieces are wanted and it is 2xx, for its head. Heeds the call's deadline,
  // idle_timeout and max_response_body. The failures:
  //   Unavailable         the server was not reached, or the connection was lost
  //   DeadlineExceeded    the deadline passed
  //   ResourceExhausted   the answer is over a limit
  //   InvalidArgument     the origin or the request is malformed; nothing was sent
  //   FailedPrecondition  the server's certificate is not to be trusted
  virtual ClientReply Send(Call& call) = 0;
};

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_TRANSPORT_H_
