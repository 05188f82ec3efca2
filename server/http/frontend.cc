// cpp-httplib dispatches and writes; what it reads is always the same. A client's head
// is read by the guard, and the library is given a constant one in its place: it matches
// paths by std::regex, which takes 576 bytes of stack per character, decodes header
// values, and merges what a request said twice. The real request is in the Exchange,
// which travels beside.

#include "trestle/server/http/frontend.h"

#include <httplib.h>

#include <atomic>
#include <exception>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "trestle/server/http/body.h"
#include "trestle/server/http/overload.h"
#include "trestle/transcoding/error.h"

namespace trestle {
namespace {

// One request and its answer, on their way through the library.
struct Exchange {
  Connection* connection;
  absl::StatusOr<Head> head;
  std::shared_ptr<Cancellation> cancellation;
  BufferShare answer;              // what it takes of the budget
  std::shared_ptr<HttpBody> body;  // null when there is none
  bool is_head = false;            // the answer has no body; known of a bad head, too
  bool close = false;              // the connection ends with the answer
  bool sends_chunks = false;       // a body of unknown length, to a client of HTTP/1.1
};

// The library's way to the client: reads the constant head, writes to the connection.
class ExchangeStream final : public httplib::Stream {
 public:
  ExchangeStream(absl::string_view head, Connection* connection)
      : head_(head), connection_(connection) {}

  bool is_readable() const override { return true; }
  bool is_writable() const override { return !connection_->broken(); }
  ssize_t read(char* to, size_t size) override {
    const size_t n = head_.copy(to, size);
    head_.remove_prefix(n);
    return static_cast<ssize_t>(n);
  }
  ssize_t write(const char* from, size_t size) override {
    return connection_->Write({from, size}) ? static_cast<ssize_t>(size) : -1;
  }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  // The library refuses descriptors from FD_SETSIZE on; it never needs the real one.
  socket_t socket() const override { return 0; }

 private:
  absl::string_view head_;
  Connection* const connection_;
};

absl::string_view ConstantHead(const Exchange& exchange) {
  return exchange.is_head ? "HEAD / HTTP/1.1\r\n\r\n" : "GET / HTTP/1.1\r\n\r\n";
}

// The exchange rides in a member of httplib::Request that a server has no use for: it
// must not be in a thread_local, since a request may change threads.
struct Ticket {
  Exchange* exchange;
  bool operator()(const httplib::Response&) const { return true; }
};

Exchange& ExchangeOf(const httplib::Request& request) {
  return *request.response_handler.target<Ticket>()->exchange;
}

// ---- what the answer may hold

// A field value cannot end its line: CR, LF and all that may be in none are dropped.
std::string SafeValue(absl::string_view value) {
  std::string safe;
  safe.reserve(value.size());
  for (char c : value) {
    if (IsFieldChar(c)) safe.push_back(c);
  }
  return safe;
}

// The fields that tell where a message ends are the front end's own.
bool IsFraming(absl::string_view name) {
  return absl::EqualsIgnoreCase(name, "Content-Length") ||
         absl::EqualsIgnoreCase(name, "Transfer-Encoding") ||
         absl::EqualsIgnoreCase(name, "Connection") || absl::EqualsIgnoreCase(name, "Trailer");
}

void CopyFields(const HttpFields& fields, httplib::Headers* headers) {
  for (const HttpField& field : fields) {
    if (!IsToken(field.name) || IsFraming(field.name)) continue;
    headers->emplace(field.name, SafeValue(field.value));
  }
}

bool HasNoBody(int status) { return status < 200 || status == 204 || status == 304; }

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 5.6.7).
std::string HttpDate(absl::Time time) {
  return absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", time, absl::UTCTimeZone());
}

std::string FieldLines(const HttpFields& fields) {
  std::string lines;
  for (const HttpField& field : fields) {
    if (!IsToken(field.name) || IsFraming(field.name)) continue;
    absl::StrAppend(&lines, field.name, ": ", SafeValue(field.value), "\r\n");
  }
  return lines;
}

// ---- bodies of unknown length

// Sends a reply's pieces as they come; the library calls Send until the sink is done.
class PieceSender {
 public:
  PieceSender(Reply reply, Exchange* exchange) : reply_(std::move(reply)), exchange_(exchange) {}

  // False breaks the answer off.
  bool Send(httplib::DataSink& sink) {
    std::string piece;
    HttpFields trailers;
    const Reply::Piece kind = reply_.next(&piece, &trailers);
    if (kind == Reply::Piece::kBroken) return BreakOff();
    std::string framed = Framed(piece);
    if (kind == Reply::Piece::kLast && exchange_->sends_chunks) {
      absl::StrAppend(&framed, "0\r\n", FieldLines(trailers), "\r\n");
    }
    if (!framed.empty() && !sink.write(framed.data(), framed.size())) return BreakOff();
    if (!exchange_->connection->Flush()) return BreakOff();
    if (kind == Reply::Piece::kLast) sink.done();
    return true;
  }

 private:
  // A body that ends without its last chunk is seen to be cut short; without chunks only
  // a reset connection tells.
  bool BreakOff() {
    exchange_->connection->Flush();
    if (!exchange_->sends_chunks) exchange_->connection->ResetOnClose();
    exchange_->close = true;
    return false;
  }

  std::string Framed(const std::string& piece) const {
    if (piece.empty() || !exchange_->sends_chunks) return piece;
    return absl::StrCat(absl::Hex(piece.size()), "\r\n", piece, "\r\n");
  }

  Reply reply_;
  Exchange* const exchange_;
};

// A whole body as the only piece, for the sake of the trailers behind it.
void MakePieces(Reply* reply) {
  auto body = std::make_shared<HttpResponse>(std::move(reply->http));
  reply->http = HttpResponse{body->status, body->headers, "", {}};
  reply->next = [body](std::string* chunk, HttpFields* trailers) {
    chunk->append(body->body);
    *trailers = body->trailers;
    return Reply::Piece::kLast;
  };
}

void SetPieces(Reply reply, Exchange* exchange, httplib::Response* out) {
  exchange->sends_chunks = !exchange->head->is_http10;
  if (exchange->sends_chunks) {
    out->headers.emplace("Transfer-Encoding", "chunked");
  } else {
    exchange->close = true;  // its end is the end of the body
  }
  const std::string* type = FindField(reply.http.headers, "Content-Type");
  auto sender = std::make_shared<PieceSender>(std::move(reply), exchange);
  // The library would frame chunks itself, but without trailers: it is told of a body
  // without a length, which it hands through.
  out->set_content_provider(
      type == nullptr ? "application/octet-stream" : *type,
      [sender](size_t, httplib::DataSink& sink) { return sender->Send(sink); });
}

void SetReply(Reply reply, Exchange* exchange, httplib::Response* out) {
  out->status = reply.http.status;
  const bool takes_chunks = exchange->head.ok() && !exchange->head->is_http10;
  if (!reply.next && !reply.http.trailers.empty() && takes_chunks) MakePieces(&reply);
  CopyFields(reply.http.headers, &out->headers);
  if (HasNoBody(out->status)) return;
  if (!reply.next) {
    out->body = std::move(reply.http.body);
  } else {
    out->headers.erase("Content-Type");  // set with the content
    SetPieces(std::move(reply), exchange, out);
  }
}

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

}  // namespace

class Frontend::Door : public httplib::Server {
 public:
  Door(const FrontendOptions& options, trestle::Handler handler, ErrorReply error_reply)
      : options_(options),
        handler_(std::move(handler)),
        error_reply_(std::move(error_reply)),
        budget_(options.max_buffered) {
    set_pre_routing_handler([this](const httplib::Request& in, httplib::Response& out) {
      Exchange& exchange = ExchangeOf(in);
      SetReply(Answer(&exchange), &exchange, &out);
      return HandlerResponse::Handled;
    });
    set_post_routing_handler([this](const httplib::Request& in, httplib::Response& out) {
      SettleFields(&ExchangeOf(in), &out);
    });
    svr_sock_ = 0;  // the library gives up on bodies while it believes to be stopped
  }

  Next ServeOne(Connection& connection) {
    Exchange exchange{&connection, absl::UnknownError("unread"), connection.BeginRequest(),
                      BufferShare(&budget_), nullptr};
    if (!ReadHead(&exchange)) return Next::kClose;
    const InProgress in_progress(&requests_);
    const bool sent = Run(&exchange) && connection.Flush();
    if (!sent) return Next::kClose;
    // Whatever ends the connection, the client may not know it yet.
    return exchange.close || !PassOverBody(&exchange) ? Next::kLinger : Next::kContinue;
  }

  void Refuse(Connection& connection, const absl::Status& why) {
    Exchange exchange{&connection, why, nullptr, BufferShare(&budget_), nullptr};
    if (Run(&exchange)) connection.Flush();
  }

  void Drain() { draining_ = true; }

 private:
  // False when there is no request to answer: the client has left between two.
  bool ReadHead(Exchange* exchange) {
    Connection& connection = *exchange->connection;
    const absl::Time deadline = absl::Now() + options_.head_timeout;
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
  bool TakeHead(Exchange* exchange, size_t searched) {
    Connection& connection = *exchange->connection;
    const absl::string_view bytes = connection.buffered();
    exchange->is_head = absl::StartsWith(bytes, "HEAD ");
    if (const size_t end = FindHeadEnd(bytes, searched); end != 0) {
      exchange->head = ParseHead(bytes.substr(0, end), options_.limits);
      connection.Consume(end);
      return true;
    }
    const absl::Status size = CheckHeadSize(bytes, options_.limits);
    if (!size.ok()) exchange->head = size;
    return !size.ok();
  }

  // Has the library take the exchange through Answer, SettleFields and the writing.
  bool Run(Exchange* exchange) {
    ExchangeStream stream(ConstantHead(*exchange), exchange->connection);
    bool closed = false;
    try {
      return process_request(stream, false, closed, [exchange](httplib::Request& request) {
        request.response_handler = Ticket{exchange};
      });
    } catch (const std::exception&) {
      return false;  // thrown by a piece of the body; the head has been sent
    }
  }

  Reply Answer(Exchange* exchange) {
    if (!exchange->head.ok()) return RefusalOf(exchange, exchange->head.status());
    Head& head = *exchange->head;
    exchange->close = !head.keep_alive;
    if (head.framing.kind != BodyFraming::kNone) {
      exchange->body = std::make_shared<HttpBody>(head, options_.limits, options_.body_timeout,
                                                  &budget_, exchange->connection);
    }
    if (requests_ > options_.max_requests) {
      // At once: a body that is still to come is not waited for.
      exchange->close |= exchange->body != nullptr;
      return Reply{error_reply_(Overloaded()), nullptr};
    }
    Request request{std::move(head.request), exchange->cancellation, exchange->body};
    request.http.peer = exchange->connection->peer();
    request.http.is_tls = exchange->connection->transport().is_tls();
    request.client_certificate = exchange->connection->transport().client_certificate();
    Reply reply = Handle(request);
    if (!exchange->answer.Grow(reply.http.body.size())) {
      reply = Reply{error_reply_(Overloaded()), nullptr};
    }
    // The answer has to say whether the connection ends with it. Of one that is made while it
    // is sent, the body may still be read.
    if (!reply.next && !PassOverBody(exchange)) exchange->close = true;
    return reply;
  }

  Reply Handle(Request& request) {
    try {
      return handler_(request);
    } catch (const std::exception&) {
      return Reply{error_reply_(absl::InternalError("internal error")), nullptr};
    }
  }

  bool PassOverBody(Exchange* exchange) const {
    return exchange->body == nullptr || exchange->body->PassOver(options_.limits.request_body);
  }

  Reply RefusalOf(Exchange* exchange, const absl::Status& why) {
    exchange->close = true;
    return Reply{error_reply_(why), nullptr};
  }

  // Puts right what the library has added to the fields of an answer.
  void SettleFields(Exchange* exchange, httplib::Response* out) {
    httplib::Headers& headers = out->headers;
    headers.erase("Keep-Alive");
    headers.erase("Accept-Ranges");
    if (HasNoBody(out->status)) headers.erase("Content-Length");
    if (headers.find("Date") == headers.end()) headers.emplace("Date", HttpDate(absl::Now()));
    if (draining_) exchange->close = true;
    if (exchange->close) {
      headers.emplace("Connection", "close");
    } else if (exchange->head->is_http10) {
      headers.emplace("Connection", "keep-alive");
    }
  }

  const FrontendOptions options_;
  const trestle::Handler handler_;
  const ErrorReply error_reply_;
  std::atomic<bool> draining_{false};
  std::atomic<size_t> requests_{0};  // in progress
  BufferBudget budget_;
};

Frontend::Frontend(const FrontendOptions& options, Handler handler, ErrorReply error_reply)
    : door_(std::make_unique<Door>(options, std::move(handler), std::move(error_reply))) {}

Frontend::~Frontend() = default;

Frontend::Next Frontend::ServeOne(Connection& connection) { return door_->ServeOne(connection); }

void Frontend::Refuse(Connection& connection, const absl::Status& why) {
  door_->Refuse(connection, why);
}

void Frontend::Drain() { door_->Drain(); }

}  // namespace trestle
