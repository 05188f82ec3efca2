// Request in, reply out; and what wraps that.

#ifndef TRESTLE_SERVER_HANDLER_H_
#define TRESTLE_SERVER_HANDLER_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "trestle/server/concurrency/cancellation.h"
#include "trestle/transcoding/http.h"

namespace trestle {

// What a handler is asked.
struct Request {
  HttpRequest http;  // with the whole body
  // Raised when the client has gone, while the handler runs and until its reply has
  // been sent (H6). Null when nobody watches.
  std::shared_ptr<Cancellation> cancellation;
};

// What a handler answers: a whole body, or one that is made as it is sent.
struct Reply {
  enum class Piece {
    kMore,    // there may be another one
    kLast,    // the body is complete
    kBroken,  // it never will be; the client is made to notice
  };

  HttpResponse http;  // `http.body` is the body unless `next` is set
  // Appends the next piece of the body to `*chunk`, waiting for it. With the last one
  // it may add to `*trailers`, which are sent to every client that takes chunks. Called
  // by one thread at a time; a client that leaves early is told by its destruction.
  std::function<Piece(std::string* chunk, HttpFields* trailers)> next;
};

// Thread-safe; does not throw. Every failure is a Reply. May use up the request.
using Handler = std::function<Reply(Request& request)>;
// A layer may change the request on its way in and the reply on its way out.
using Middleware = std::function<Handler(Handler next)>;

// `inner` wrapped in `layers`, the first outermost.
Handler Chain(const std::vector<Middleware>& layers, Handler inner);

}  // namespace trestle

#endif  // TRESTLE_SERVER_HANDLER_H_
