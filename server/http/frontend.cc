#include "trestle/server/http/frontend.h"

#include <cstdint>
#include <exception>
#include <new>
#include <string>
#include <system_error>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "trestle/server/concurrency/cancellation.h"
#include "trestle/server/concurrency/clock.h"
#include "trestle/server/concurrency/fiber.h"
#include "trestle/server/http/body.h"
#include "trestle/server/http/overload.h"
#include "trestle/server/http/request_head.h"
#include "trestle/server/request_observer.h"
#include "trestle/transcoding/error.h"

namespace trestle {
namespace {

// Counts a request for as long as it exists.
class InProgress {
 public:
  explicit InProgress(std::atomic<size_t>* count) : count_(*count) { ++count_; }
  ~InProgress() { --count_; }
  InProgress(const InProgress&) = delete;
  InProgress& operator=(const InProgress&) = delete;

 private:
  std::atomic<size_t>& count_;
};

// The first byte of a TLS handshake, with which no method begins.
bool IsTls(absl::string_view bytes) { return absl::StartsWith(bytes, "\x16"); }

// RFC 9110 15: a status below 200 does not end a response.
bool IsFinal(int status) { return status >= 200 && status <= 999; }

constexpr absl::string_view kTooMuchAhead =
    "too much data was sent after a request in progress: wait for its response";

// Returns the error for the client in place of `reply`, if that is the whole reply to a request
// which the server has cancelled; otherwise OK.
absl::Status CancellationError(const Reply& reply, const Connection& connection) {
  if (reply.http.status != 499 || reply.next) return absl::OkStatus();
  const absl::optional<CancelReason> reason = connection.cancel_reason();
  if (reason == CancelReason::kTooMuchAhead) return HttpError(400, kTooMuchAhead);
  return reason == CancelReason::kShutdown ? ShuttingDown() : absl::OkStatus();
}

}  // namespace

// One request, until its response has been sent.
struct Frontend::Exchange {
  explicit Exchange(Connection* connection) : connection(*connection) {}

  Connection& connection;
  const absl::Time began = MonotonicNow();  // when there were bytes of the request
  // If the request is observed. Before `body`, which counts in it.
  absl::optional<RequestRecord> record;
  absl::StatusOr<Head> head = absl::UnknownError("unread");
  size_t head_bytes = 0;
  bool is_head = false;            // a HEAD request; known of a malformed head, too
  std::shared_ptr<HttpBody> body;  // null if there is none
  bool leaves_body = false;        // so that no other request can be read
  Request request;       // of a valid head; of a malformed one it has no more than the Origin
  BufferShare response;  // the memory of the response
  std::atomic<uint64_t> body_bytes{0};  // of the response, if the request is not observed
};

Frontend::Frontend(const FrontendOptions& options, Handler handler, const ErrorEncoder& errors,
                   const RequestObservers* observers)
    : options_(options),
      handler_(std::move(handler)),
      errors_(errors),
      plain_fields_(MakeFixedFields(options.headers, Security::kPlain)),
      tls_fields_(MakeFixedFields(options.headers, Security::kTls)),
      observers_(observers) {}

bool Frontend::Serve(Connection& connection) {
  // A client that always has a next request must not delay all others on the thread.
  constexpr int kInARow = 16;
  for (int requests = 1;; ++requests) {
    if (requests % kInARow == 0) Yield();
    Connection::Io io = connection.Poll();
    if (io == Connection::Io::kNothing && connection.transport().is_opening()) {
      io = connection.Open(MonotonicNow() + options_.head_timeout);
    }
    if (io == Connection::Io::kNothing) {
      connection.ReleaseBuffers();
      if (connection.TryGoIdle()) return true;
      continue;
    }
    if (io != Connection::Io::kOk) return false;
    const Next next = ServeOne(connection);
    if (next == Next::kLinger) connection.LingeringClose(options_.linger_timeout);
    if (next != Next::kContinue) return false;
  }
}

void Frontend::Reject(Connection& connection) {
  // A handshake could not be completed without waiting.
  if (connection.transport().is_opening()) return;
  ResponseFraming framing;
  framing.closes = true;
  std::atomic<uint64_t> body_bytes{0};
  WriteResponse(ErrorFor(Overloaded(), {}), framing, FieldsFor(connection), connection,
                &body_bytes);
  connection.LingeringClose(absl::ZeroDuration());
}

Frontend::Next Frontend::ServeOne(Connection& connection) {
  Exchange exchange(&connection);
  if (!ReadHead(&exchange)) return Next::kClose;
  const InProgress in_progress(&requests_);
  if (exchange.head.ok()) FillRequest(&exchange);
  Begin(&exchange);
  Reply reply = Respond(&exchange);
  const ResponseFraming framing = FramingOf(exchange, reply);
  std::atomic<uint64_t>* body_bytes = &exchange.body_bytes;
  if (exchange.record.has_value()) {
    exchange.record->BeginResponse(reply.http.status);
    body_bytes = &exchange.record->response_bytes;
  }
  const bool is_written =
      WriteResponse(std::move(reply), framing, FieldsFor(connection), connection, body_bytes);
  End(&exchange, is_written);
  const bool continues =
      is_written && !framing.closes && !connection.is_cancelled() && DiscardBody(&exchange);
  connection.EndReadingAhead();
  if (!is_written) return Next::kClose;
  // The client may not know yet that the connection ends.
  return continues ? Next::kContinue : Next::kLinger;
}

// Returns false if there is no request to respond to: the client has left between two requests.
bool Frontend::ReadHead(Exchange* exchange) const {
  Connection& connection = exchange->connection;
  const absl::Time deadline = exchange->began + options_.head_timeout;
  // One empty line before a request is ignored (RFC 9112 2.2).
  bool may_be_empty = true;
  size_t searched = 0;
  for (;;) {
    if (may_be_empty && absl::StartsWith(connection.buffered(), "\r\n")) {
      connection.Consume(2);
      may_be_empty = false;
      searched = 0;
    }
    if (TakeHead(exchange, searched)) return true;
    searched = connection.buffered().size();
    const Connection::Io io = connection.Fill(deadline);
    if (io == Connection::Io::kOk) continue;
    exchange->head = io == Connection::Io::kNothing
                         ? HttpError(408, "the request's head did not arrive in time")
                         : HttpError(400, "the request's head is cut short");
    return io != Connection::Io::kError && !connection.buffered().empty();
  }
}

// Sets `exchange->head` once it is complete or can no longer become valid; returns whether it is
// set. The first `searched` bytes have been searched for the end before.
bool Frontend::TakeHead(Exchange* exchange, size_t searched) const {
  Connection& connection = exchange->connection;
  const absl::string_view bytes = connection.buffered();
  if (IsTls(bytes)) {
    exchange->head = HttpError(400, "this port speaks HTTP without TLS: use http://");
    return true;
  }
  exchange->is_head = absl::StartsWith(bytes, "HEAD ");
  if (const size_t end = FindHeadEnd(bytes, searched); end != 0) {
    exchange->head = ParseHead(bytes.substr(0, end), options_.limits);
    if (!exchange->head.ok()) KeepOrigin(bytes.substr(0, end), exchange);
    connection.Consume(end);
    exchange->head_bytes = end;
    return true;
  }
  const absl::Status size = CheckHeadSize(bytes, options_.limits);
  if (size.ok()) return false;
  exchange->head = size;
  KeepOrigin(bytes, exchange);
  return true;
}

// Keeps what the response to a malformed head depends on, if it does.
void Frontend::KeepOrigin(absl::string_view head, Exchange* exchange) const {
  if (finish_error_) exchange->request.http.headers = FindFieldLines(head, "Origin");
}

// Makes the request out of the head.
void Frontend::FillRequest(Exchange* exchange) const {
  Connection& connection = exchange->connection;
  const Head& head = *exchange->head;
  Request& request = exchange->request;
  if (head.framing.kind != BodyFraming::kNone) {
    exchange->body = std::make_shared<HttpBody>(head, options_.limits, options_.body_timeout,
                                                options_.budget, &connection);
    exchange->body->KeepPace(options_.min_body_rate);
  }
  request.http = std::move(exchange->head->request);
  request.body = exchange->body;
  request.peer = connection.peer();
  request.is_tls = connection.transport().is_tls();
  request.client_certificate = connection.transport().client_certificate();
}

// Begins the record of the request, if it is observed.
void Frontend::Begin(Exchange* exchange) const {
  if (observers_ == nullptr || observers_->empty()) return;
  RequestRecord& record = exchange->record.emplace();
  record.began = exchange->began;
  record.peer = exchange->connection.peer();
  record.tls_version = exchange->connection.transport().tls_version();
  if (exchange->body != nullptr) exchange->body->CountIn(&record.request_bytes);
  if (!exchange->head.ok()) return;
  record.http_version = exchange->head->is_http10 ? "1.0" : "1.1";
  observers_->Begin(&exchange->request, &record);
}

// Ends the record after the response.
void Frontend::End(Exchange* exchange, bool is_written) const {
  if (!exchange->record.has_value()) return;
  RequestRecord& record = *exchange->record;
  const Connection& connection = exchange->connection;
  absl::optional<CancelReason> cancelled = connection.cancel_reason();
  if (!cancelled.has_value() && connection.broken()) cancelled = CancelReason::kClientGone;
  record.Finish(is_written, cancelled);
  observers_->End(record);
}

// Returns the response to the request, whose head has been read.
Reply Frontend::Respond(Exchange* exchange) {
  const HttpFields& headers = exchange->request.http.headers;
  if (!exchange->head.ok()) return ErrorFor(exchange->head.status(), headers);
  if (requests_ > options_.max_requests) {
    // Sent at once, without waiting for the body.
    exchange->leaves_body = exchange->body != nullptr;
    return ErrorFor(Overloaded(), headers);
  }
  Reply reply = Charged(Sendable(CallHandler(exchange), *exchange), exchange);
  ReleaseRequest(exchange);
  // While a reply is sent in pieces the body may still be read, and a client that leaves must be
  // noticed. A whole reply is sent at once: a write notices it.
  if (reply.next) return reply;
  exchange->leaves_body = !DiscardBody(exchange);
  exchange->connection.EndReadingAhead();
  return reply;
}

Reply Frontend::CallHandler(Exchange* exchange) const {
  Connection& connection = exchange->connection;
  Request& request = exchange->request;
  request.cancellation = connection.BeginRequest();
  if (exchange->body == nullptr) connection.BeginReadingAhead(options_.limits.head);
  try {
    return handler_(request);
  } catch (const std::system_error& error) {
    // A handler may have started a thread that the process cannot have.
    const bool is_overload = error.code() == std::errc::resource_unavailable_try_again;
    return ErrorFor(is_overload ? Overloaded() : absl::InternalError("internal error"),
                    request.http.headers);
  } catch (const std::bad_alloc&) {
    return ErrorFor(Overloaded(), request.http.headers);
  } catch (const std::exception&) {
    return ErrorFor(absl::InternalError("internal error"), request.http.headers);
  }
}

// Frees what is not needed while the response is sent.
void Frontend::ReleaseRequest(Exchange* exchange) {
  if (exchange->record.has_value()) {
    std::string().swap(exchange->request.http.body);
  } else {
    exchange->request = Request();
  }
}

// Returns `reply`, or an error in place of one that cannot be sent.
Reply Frontend::Sendable(Reply reply, const Exchange& exchange) const {
  const HttpFields& headers = exchange.request.http.headers;
  if (absl::Status s = CancellationError(reply, exchange.connection); !s.ok()) {
    return ErrorFor(s, headers);
  }
  if (!IsFinal(reply.http.status)) return ErrorFor(absl::InternalError("internal error"), headers);
  return reply;
}

// Charges the body of `reply` to the budget. Returns `reply`, or 503 if too little is left.
Reply Frontend::Charged(Reply reply, Exchange* exchange) const {
  exchange->response =
      reply.share.has_budget() ? std::move(reply.share) : BufferShare(options_.budget);
  // The head of an observed request is kept for as long as a stream lasts.
  const size_t kept = exchange->record.has_value() && reply.next ? exchange->head_bytes : 0;
  // A string that has grown may take twice its size.
  if (exchange->response.Resize(reply.http.body.capacity() + kept)) return reply;
  exchange->response = BufferShare(options_.budget);
  return ErrorFor(Overloaded(), exchange->request.http.headers);
}

// Discards what is left of the request's body. Returns whether another request can follow.
bool Frontend::DiscardBody(Exchange* exchange) const {
  return exchange->body == nullptr || exchange->body->DiscardRest(options_.limits.request_body);
}

ResponseFraming Frontend::FramingOf(const Exchange& exchange, const Reply& reply) const {
  ResponseFraming framing;
  framing.is_head = exchange.is_head;
  framing.is_http10 = exchange.head.ok() && exchange.head->is_http10;
  framing.closes = !exchange.head.ok() || !exchange.head->keep_alive || exchange.leaves_body ||
                   is_draining_ || exchange.connection.is_cancelled() ||
                   EndsWithConnection(reply, framing.is_http10);
  return framing;
}

const FixedFields& Frontend::FieldsFor(const Connection& connection) const {
  return connection.transport().is_tls() ? tls_fields_ : plain_fields_;
}

Reply Frontend::ErrorFor(const absl::Status& status, const HttpFields& request_headers) const {
  Reply reply{errors_.Response(status), nullptr};
  if (finish_error_) finish_error_(request_headers, &reply.http.headers);
  return reply;
}

}  // namespace trestle
