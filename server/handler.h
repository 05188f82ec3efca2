// Request in, reply out; and what wraps that.

#ifndef TRESTLE_SERVER_HANDLER_H_
#define TRESTLE_SERVER_HANDLER_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "trestle/server/body_source.h"
#include "trestle/server/buffer_budget.h"
#include "trestle/server/client_certificate.h"
#include "trestle/server/concurrency/cancellation.h"
#include "trestle/transcoding/http.h"
#include "trestle/transcoding/options.h"

namespace trestle {

// What a handler is asked.
struct Request {
  HttpRequest http;  // its `body` is empty while `body` below is set and has not been read
  // Raised when the client has gone, while the handler runs and until its reply has
  // been sent (H6). Null when nobody watches.
  std::shared_ptr<Cancellation> cancellation;
  // The body as it arrives; null when `http` has all of it. Lives until the reply has been
  // sent. What is left of it after that is passed over, or ends the connection.
  std::shared_ptr<BodySource> body;
  // The certificate that the client has presented in the TLS handshake; null if it has none.
  std::shared_ptr<const ClientCertificate> client_certificate = nullptr;
  std::string peer = "";  // the client's address without its port; empty on a Unix socket
  bool is_tls = false;    // the connection uses TLS
};

// Moves the whole body to `request.http.body`. HttpError 413 for more than `limit` bytes.
absl::Status ReadWholeBody(size_t limit, Request& request);

// What a handler answers: a whole body, or one that is made as it is sent.
struct Reply {
  enum class Piece {
    kMore,    // there may be another one
    kLast,    // the body is complete
    kBroken,  // it never will be; the client is made to notice
  };

  // A whole answer with `text`, which is UTF-8, as text/plain; with `json` as application/json.
  // The text is sent as it is.
  static Reply Text(int status, std::string text);
  static Reply Json(int status, std::string json);

  HttpResponse http;  // `http.body` is the body unless `next` is set
  // Appends the next piece of the body to `*chunk`, waiting for it. With the last one
  // it may add to `*trailers`, which are sent to every client that takes chunks. Called
  // by one thread at a time; a client that leaves early is told by its destruction.
  std::function<Piece(std::string* chunk, HttpFields* trailers)> next;

  // What `http.body` has been charged to so far; of no budget if it has not been.
  BufferShare share = {};
};

// An answer in the shape of the gateway's own errors: for absl::NotFoundError("no such shelf")
// 404 {"error":{"code":404,"message":"no such shelf","status":"NOT_FOUND","details":[]}}, and a
// google.rpc.Status where `options.response.error_shape` says so. The HTTP status is that of
// HttpError (transcoding/error.h), or of the code (R84). Payloads of `status` are the details. 401
// has a WWW-Authenticate. `status` must not be OK.
Reply ErrorReply(const absl::Status& status, const Options& options = {});

// Thread-safe; does not throw. Every failure is a Reply. May use up the request.
using Handler = std::function<Reply(Request& request)>;
// A middleware may change the request on its way in and the reply on its way out.
using Middleware = std::function<Handler(Handler next)>;

// Returns `inner` wrapped in `layers`, the first outermost.
Handler Chain(const std::vector<Middleware>& layers, Handler inner);

}  // namespace trestle

#endif  // TRESTLE_SERVER_HANDLER_H_
