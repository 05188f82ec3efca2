// One attempt at a call as it goes out, what comes back, and the one function type
// that everything that sends has: the transport, retries, authorization, logging and
// an application's own interceptors.

#ifndef TRESTLE_CLIENT_CPP_CALL_H_
#define TRESTLE_CLIENT_CPP_CALL_H_

#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "trestle/transcoding/http.h"
#include "trestle/transcoding/http_fields.h"  // SetField, for interceptors

namespace trestle {

// How an answer's body is wanted.
enum class ResponseBody {
  kWhole,   // in HttpResponse::body
  kPieces,  // as it arrives, by ClientReply::next
};

// A call on its way out. An interceptor may change it; what it adds to the headers is
// gone again at the next attempt.
struct Call {
  std::string rpc;      // "/library.v1.LibraryService/GetBook"
  HttpRequest request;  // path and query percent-encoded, base path included
  ResponseBody response_body = ResponseBody::kWhole;
  absl::Time deadline = absl::InfiniteFuture();            // of the whole call, all attempts
  absl::Duration idle_timeout = absl::InfiniteDuration();  // the longest wait for a byte
  size_t max_response_body = size_t{64} << 20;             // bytes, of a whole body
  bool idempotent = false;                                 // sending it twice does no harm
  int attempt = 1;
};

// Puts the next piece of a body into `*piece`, waiting for it. False at the end of the
// body; an error when it was cut off. Not thread-safe. Destroying the last copy before
// the end closes the connection.
using BodyPieces = std::function<absl::StatusOr<bool>(std::string* piece)>;

// What came back of one attempt: an answer of whatever HTTP status, or the reason why
// there is none.
struct ClientReply {
  ClientReply() = default;
  ClientReply(absl::Status failure) : failure(std::move(failure)) {}  // NOLINT: a conversion
  ClientReply(HttpResponse http) : http(std::move(http)) {}           // NOLINT: a conversion
  ClientReply(HttpResponse http, BodyPieces next) : http(std::move(http)), next(std::move(next)) {}

  absl::Status failure;      // not OK: no (complete) answer, and `http` means nothing
  bool request_sent = true;  // with a failure: whether the server may have seen the request
  HttpResponse http;
  // The body of a 2xx answer whose pieces were asked for; else it is in http.body.
  BodyPieces next;
};

// Sends a call and waits for the answer, or for the head of one in pieces. Thread-safe;
// throws nothing.
using Send = std::function<ClientReply(Call& call)>;

// Wraps a Send: runs once per attempt.
using Interceptor = std::function<Send(Send next)>;

// `inner` wrapped in `interceptors`, the first outermost.
Send Intercept(const std::vector<Interceptor>& interceptors, Send inner);

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_CALL_H_
