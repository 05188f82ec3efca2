// Writes responses (RFC 9112).

#ifndef TRESTLE_SERVER_HTTP_RESPONSE_WRITER_H_
#define TRESTLE_SERVER_HTTP_RESPONSE_WRITER_H_

#include <atomic>
#include <cstdint>

#include "trestle/server/handler.h"
#include "trestle/server/http/connection.h"
#include "trestle/server/http/fixed_fields.h"

namespace trestle {

// How a response is framed (RFC 9112 6).
struct ResponseFraming {
  bool is_head = false;    // the response to a HEAD request, which has no body
  bool is_http10 = false;  // the client knows neither chunks nor trailers
  bool closes = false;     // the connection ends with this response
};

// Returns whether only the end of the connection can mark the end of the body.
bool EndsWithConnection(const Reply& reply, bool is_http10);

// Writes `reply` to `connection`. Sends the pieces of its body as they come. Adds Date, `fixed` and
// the headers of `framing`, and drops headers that a handler may not set or that `fixed` replaces.
// Returns false if the response could not be sent completely. `framing.closes` must be set if
// EndsWithConnection. Adds the bytes of the body, without its framing, to `*body_bytes`, which
// other threads may read.
bool WriteResponse(Reply reply, const ResponseFraming& framing, const FixedFields& fixed,
                   Connection& connection, std::atomic<uint64_t>* body_bytes);

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_RESPONSE_WRITER_H_
