#include "trestle/server/http/frontend.h"

#include <exception>
#include <new>
#include <string>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "trestle/server/concurrency/clock.h"
#include "trestle/server/http/body.h"
#include "trestle/server/http/overload.h"
#include "trestle/transcoding/error.h"

namespace trestle {
namespace {

// Counts a request for as long as it lives.
class InProgress {
 public:
  explicit InProgress(std::atomic<size_t>* count) : count_(*count) { ++count_; }
  ~InProgress() { --count_; }
  InProgress(const InProgress&) = delete;
  InProgress& operator=(const InProgress&) = delete;

 private:
  std::atomic<size_t>& count_;
};

// The first byte of a TLS handshake; no method begins with it.
bool IsTls(absl::string_view bytes) { return absl::StartsWith(bytes, "\x16"); }

// A final response is none of another status (RFC 9110 15).
bool IsFinal(int status) { return status >= 200 && status <= 999; }

constexpr absl::string_view kTooMuchAhead =
    "more is sent ahead, behind a request in progress, than is kept: wait for its response";

// Whether `reply` is that to a request that was cancelled for what its client sends behind it.
bool HasSentTooMuchAhead(const Reply& reply, const Connection& connection) {
  const bool is_cancelled = connection.is_cancelled() && reply.http.status == 499;
  return is_cancelled && !reply.next && connection.is_overrun();
}

}  // namespace

// One request, and what becomes of it.
struct Frontend::Exchange {
  Connection& connection;
  absl::StatusOr<Head> head;
  ResponseFraming frame;
  BufferShare answer;              // what it takes of the budget
  std::shared_ptr<HttpBody> body;  // null when there is none
};

Frontend::Frontend(const FrontendOptions& options, Handler handler, const ErrorEncoder& errors)
    : options_(options), handler_(std::move(handler)), errors_(errors) {}

Frontend::Next Frontend::ServeOne(Connection& connection) {
  Exchange exchange{connection, absl::UnknownError("unread"), {}, BufferShare(), nullptr};
  if (!ReadHead(&exchange)) return Next::kClose;
  const InProgress in_progress(&requests_);
  Reply reply = Answer(&exchange);
  exchange.frame.closes |= is_draining_ || connection.is_cancelled();
  const bool is_written = WriteResponse(std::move(reply), &exchange.frame, connection);
  const bool goes_on =
      is_written && !exchange.frame.closes && !connection.is_cancelled() && PassOverBody(&exchange);
  connection.EndReadingAhead();
  if (!is_written) return Next::kClose;
  // Whatever ends the connection, the client may not know it yet.
  return goes_on ? Next::kContinue : Next::kLinger;
}

void Frontend::Refuse(Connection& connection, const absl::Status& why) {
  ResponseFraming frame;
  frame.closes = true;
  WriteResponse(Reply{errors_.Response(why), nullptr}, &frame, connection);
}

// False when there is no request to answer: the client has left between two.
bool Frontend::ReadHead(Exchange* exchange) const {
  Connection& connection = exchange->connection;
  const absl::Time deadline = MonotonicNow() + options_.head_timeout;
  // One empty line before a request is forgiven (RFC 9112 2.2).
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
                         : HttpError(400, "the head of the request is cut short");
    return io != Connection::Io::kError && !connection.buffered().empty();
  }
}

// Whether the head is there, or can no longer become one. `searched` bytes have been
// searched for its end before.
bool Frontend::TakeHead(Exchange* exchange, size_t searched) const {
  Connection& connection = exchange->connection;
  const absl::string_view bytes = connection.buffered();
  if (IsTls(bytes)) {
    exchange->head = HttpError(400, "this port speaks HTTP without TLS: use http://");
    return true;
  }
  // Known of a bad head, too.
  exchange->frame.is_head = absl::StartsWith(bytes, "HEAD ");
  if (const size_t end = FindHeadEnd(bytes, searched); end != 0) {
    exchange->head = ParseHead(bytes.substr(0, end), options_.limits);
    connection.Consume(end);
    return true;
  }
  const absl::Status size = CheckHeadSize(bytes, options_.limits);
  if (!size.ok()) exchange->head = size;
  return !size.ok();
}

Reply Frontend::Answer(Exchange* exchange) {
  if (!exchange->head.ok()) {
    exchange->frame.closes = true;
    return Reply{errors_.Response(exchange->head.status()), nullptr};
  }
  Head& head = *exchange->head;
  exchange->frame.is_http10 = head.is_http10;
  exchange->frame.closes = !head.keep_alive;
  if (head.framing.kind != BodyFraming::kNone) {
    exchange->body = std::make_shared<HttpBody>(head, options_.limits, options_.body_timeout,
                                                options_.budget, &exchange->connection);
    exchange->body->KeepPace(options_.min_body_rate);
  }
  if (requests_ > options_.max_requests) {
    // At once: a body that is still to come is not waited for.
    exchange->frame.closes |= exchange->body != nullptr;
    return Reply{errors_.Response(Overloaded()), nullptr};
  }
  Reply reply = Handle(exchange);
  if (HasSentTooMuchAhead(reply, exchange->connection)) {
    reply = Reply{errors_.Response(HttpError(400, kTooMuchAhead)), nullptr};
  }
  if (!IsFinal(reply.http.status)) {
    reply = Reply{errors_.Response(absl::InternalError("internal error")), nullptr};
  }
  exchange->answer =
      reply.share.has_budget() ? std::move(reply.share) : BufferShare(options_.budget);
  // A string that grew may have taken twice what it holds.
  if (!exchange->answer.Resize(reply.http.body.capacity())) {
    exchange->answer = BufferShare(options_.budget);
    reply = Reply{errors_.Response(Overloaded()), nullptr};
  }
  // The answer has to say whether the connection ends with it. Of one that is made while it
  // is sent, the body may still be read.
  if (!reply.next && !PassOverBody(exchange)) exchange->frame.closes = true;
  // Who writes a whole answer notices by itself a client that is gone.
  if (!reply.next) exchange->connection.EndReadingAhead();
  return reply;
}

Reply Frontend::Handle(Exchange* exchange) const {
  Connection& connection = exchange->connection;
  Request request{std::move(exchange->head->request), connection.BeginRequest(), exchange->body};
  request.peer = connection.peer();
  request.is_tls = connection.transport().is_tls();
  request.client_certificate = connection.transport().client_certificate();
  if (exchange->body == nullptr) connection.BeginReadingAhead(options_.limits.head);
  try {
    return handler_(request);
  } catch (const std::system_error& error) {
    // A handler may have started a thread that the process cannot have.
    const bool is_overload = error.code() == std::errc::resource_unavailable_try_again;
    return Reply{
        errors_.Response(is_overload ? Overloaded() : absl::InternalError("internal error")),
        nullptr};
  } catch (const std::bad_alloc&) {
    return Reply{errors_.Response(Overloaded()), nullptr};
  } catch (const std::exception&) {
    return Reply{errors_.Response(absl::InternalError("internal error")), nullptr};
  }
}

bool Frontend::PassOverBody(Exchange* exchange) const {
  return exchange->body == nullptr || exchange->body->DiscardRest(options_.limits.request_body);
}

}  // namespace trestle
