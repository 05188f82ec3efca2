// One attempt at a call, its reply, and the function type that everything that sends has: the
// transport, retries, authorization, logging and the interceptors of an application.

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

// How the body of a response is delivered.
enum class ResponseBody {
  kWhole,   // in HttpResponse::body
  kPieces,  // as it arrives, through ClientReply::next
};

// A call that is about to be sent. An interceptor may change it. Changes to the headers last for
// one attempt.
struct Call {
  std::string rpc;      // "/library.v1.LibraryService/GetBook"
  HttpRequest request;  // path and query percent-encoded, base path included
  ResponseBody response_body = ResponseBody::kWhole;
  absl::Time deadline = absl::InfiniteFuture();            // of the whole call, all attempts
  absl::Duration idle_timeout = absl::InfiniteDuration();  // the longest wait for a byte
  size_t max_response_body = size_t{64} << 20;             // bytes, of a whole body
  bool idempotent = false;                                 // sending it twice is harmless
  int attempt = 1;
};

// Puts the next piece of a body into `*piece`, waiting for it. Returns false at the end of the
// body; fails if the body was cut off. Not thread-safe. Destroying the last copy before the end
// closes the connection.
using BodyPieces = std::function<absl::StatusOr<bool>(std::string* piece)>;

// The result of one attempt: a response of any HTTP status, or the reason why there is none.
struct ClientReply {
  ClientReply() = default;
  ClientReply(absl::Status failure) : failure(std::move(failure)) {}  // NOLINT: a conversion
  ClientReply(HttpResponse http) : http(std::move(http)) {}           // NOLINT: a conversion
  ClientReply(HttpResponse http, BodyPieces next) : http(std::move(http)), next(std::move(next)) {}

  absl::Status failure;      // not OK: no complete response, and `http` is meaningless
  bool request_sent = true;  // with a failure: whether the server may have seen the request
  HttpResponse http;
  // The body of a 2xx response with ResponseBody::kPieces; else the body is in http.body.
  BodyPieces next;
};

// Sends a call and waits for the response, or for its head if the body is delivered in pieces.
// Thread-safe. Throws nothing.
using Send = std::function<ClientReply(Call& call)>;

// Wraps a Send. Runs once for each attempt.
using Interceptor = std::function<Send(Send next)>;

// Returns `inner` wrapped in `interceptors`, the first outermost.
Send Intercept(const std::vector<Interceptor>& interceptors, Send inner);

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_CALL_H_
