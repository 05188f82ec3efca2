// Request in, reply out; and the middleware around that.

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

struct RequestRecord;  // request_observer.h

// The argument of a handler.
struct Request {
  HttpRequest http;  // its `body` is empty while `body` below is set and has not been read
  // Raised when the client disconnects while the handler runs or its reply is being sent (H6), or
  // when a drain cuts that short (O16). Null if the connection is not watched.
  std::shared_ptr<Cancellation> cancellation;
  // The body as it arrives; null if `http` has all of it. Lives until the reply has been sent. The
  // rest of it is then discarded, or the connection is closed.
  std::shared_ptr<BodySource> body;
  // The certificate that the client has presented in the TLS handshake; null if it has none.
  std::shared_ptr<const ClientCertificate> client_certificate = nullptr;
  std::string peer = "";  // the client's address without its port; empty on a Unix socket
  bool is_tls = false;    // the connection uses TLS
  // The record of this request; outlives the reply. Null if nothing observes the server.
  RequestRecord* record = nullptr;
};

// Moves the whole body to `request.http.body`. Fails with HttpError 413 if it has more than `limit`
// bytes.
absl::Status ReadWholeBody(size_t limit, Request& request);

// The result of a handler: a response with a whole body, or with one that is made as it is sent.
struct Reply {
  enum class Piece {
    kMore,    // there may be another one
    kLast,    // the body is complete
    kBroken,  // the body cannot be completed; the connection is broken off
  };

  // Returns a whole response with `text`, in UTF-8, as text/plain, or with `json` as
  // application/json. The text is not checked.
  static Reply Text(int status, std::string text);
  static Reply Json(int status, std::string json);

  HttpResponse http;  // `http.body` is the body unless `next` is set
  // Waits for the next piece of the body, and appends it to `*chunk`. With the last one it may add
  // to `*trailers`, which are sent to every client that accepts chunks. Called by one thread at a
  // time. Destroyed early if the client disconnects.
  std::function<Piece(std::string* chunk, HttpFields* trailers)> next;

  // The budget share that `http.body` is charged to; without a budget if it is not charged yet.
  BufferShare share = {};
};

// Returns a response in the shape of the gateway's own errors: for absl::NotFoundError("no such
// shelf") 404 {"error":{"code":404,"message":"no such shelf","status":"NOT_FOUND","details":[]}},
// or a google.rpc.Status, as `options.response.error_shape` says. The HTTP status is that of
// HttpError (transcoding/error.h), or of the code (R84). The payloads of `status` are the details.
// A 401 has a WWW-Authenticate header. `status` must not be OK.
Reply ErrorReply(const absl::Status& status, const Options& options = {});

// Must be thread-safe and must not throw. Every failure is a Reply. May consume the request.
using Handler = std::function<Reply(Request& request)>;
// A middleware may change the request on its way in and the reply on its way out.
using Middleware = std::function<Handler(Handler next)>;

// Returns `inner` wrapped in all of `middleware`, the first one outermost.
Handler Chain(const std::vector<Middleware>& middleware, Handler inner);

}  // namespace trestle

#endif  // TRESTLE_SERVER_HANDLER_H_
