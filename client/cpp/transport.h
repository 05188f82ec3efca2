// The interface between a client and the network.

#ifndef TRESTLE_CLIENT_CPP_TRANSPORT_H_
#define TRESTLE_CLIENT_CPP_TRANSPORT_H_

#include "trestle/client/cpp/call.h"

namespace trestle {

// Carries requests to a server. Thread-safe. Implemented by http_transport.h, and by
// in_memory_transport.h for tests.
class Transport {
 public:
  virtual ~Transport() = default;

  // Makes one attempt: no retries, no redirects. Waits for the whole response, or for its head if
  // it is 2xx and the body is to be delivered in pieces. Observes the deadline, idle_timeout and
  // max_response_body of the call. Fails with:
  //   Unavailable         the server was not reached, or the connection was lost
  //   DeadlineExceeded    the deadline passed
  //   ResourceExhausted   the response is over a limit
  //   InvalidArgument     the base URL or the request is malformed; nothing was sent
  //   FailedPrecondition  the server's certificate is not trusted, or a file of the TLS options
  //                       cannot be read
  //   Internal            the response is not valid HTTP/1.1
  virtual ClientReply Send(Call& call) = 0;
};

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_TRANSPORT_H_
