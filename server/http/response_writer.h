// Writes answers (RFC 9112).

#ifndef TRESTLE_SERVER_HTTP_RESPONSE_WRITER_H_
#define TRESTLE_SERVER_HTTP_RESPONSE_WRITER_H_

#include "trestle/server/handler.h"
#include "trestle/server/http/connection.h"

namespace trestle {

// How an answer is to be framed (RFC 9112 6).
struct ResponseFraming {
  bool is_head = false;    // to a HEAD: it has no body
  bool is_http10 = false;  // to a client that takes neither chunks nor trailers
  bool closes = false;     // the connection ends with it; set when the answer has to end it
};

// Writes `reply` to `connection`, pulling its pieces and sending each as it comes. Adds what an
// answer needs (Date, framing), and leaves out what a handler may not say. False when the
// answer could not be sent to its end.
bool WriteResponse(Reply reply, ResponseFraming* frame, Connection& connection);

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_RESPONSE_WRITER_H_
