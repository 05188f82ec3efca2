// The library is given the same head whatever the request was, and knows of one route: of a
// client's bytes it sees none. It matches paths by std::regex, which takes 576 bytes of stack per
// character, decodes header values, and merges what a request said twice.

#include "trestle/server/http/answer_writer.h"

#include <httplib.h>

#include <exception>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "trestle/server/http/guard.h"
#include "trestle/transcoding/token.h"

namespace trestle {
namespace {

// An answer on its way through the library.
struct Exchange {
  Reply reply;
  AnswerFrame* frame;
  Connection* connection;
  bool sends_chunks = false;  // a body of unknown length, to a client of HTTP/1.1
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

absl::string_view ConstantHead(const AnswerFrame& frame) {
  return frame.is_head ? "HEAD / HTTP/1.1\r\n\r\n" : "GET / HTTP/1.1\r\n\r\n";
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

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 5.6.7), made once a second by each thread. Not
// inlined, for its thread_local: a fiber may be on another thread the next time.
__attribute__((noinline)) std::string CurrentDate() {
  struct Date {
    int64_t second;
    std::string text;
  };
  static thread_local Date date{-1, ""};
  const absl::Time now = absl::Now();
  if (const int64_t second = absl::ToUnixSeconds(now); second != date.second) {
    date = {second, absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", now, absl::UTCTimeZone())};
  }
  return date.text;
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
  explicit PieceSender(Exchange* exchange) : exchange_(exchange) {}

  // False breaks the answer off.
  bool Send(httplib::DataSink& sink) {
    std::string piece;
    HttpFields trailers;
    const Reply::Piece kind = exchange_->reply.next(&piece, &trailers);
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
    exchange_->frame->closes = true;
    return false;
  }

  std::string Framed(const std::string& piece) const {
    if (piece.empty() || !exchange_->sends_chunks) return piece;
    return absl::StrCat(absl::Hex(piece.size()), "\r\n", piece, "\r\n");
  }

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

void SetPieces(Exchange* exchange, httplib::Response* out) {
  exchange->sends_chunks = !exchange->frame->is_http10;
  if (exchange->sends_chunks) {
    out->headers.emplace("Transfer-Encoding", "chunked");
  } else {
    exchange->frame->closes = true;  // its end is the end of the body
  }
  const std::string* type = FindField(exchange->reply.http.headers, "Content-Type");
  // The library would frame chunks itself, but without trailers: it is told of a body
  // without a length, which it hands through.
  out->set_content_provider(
      type == nullptr ? "application/octet-stream" : *type,
      [sender = PieceSender(exchange)](size_t, httplib::DataSink& sink) mutable {
        return sender.Send(sink);
      });
}

void SetReply(Exchange* exchange, httplib::Response* out) {
  Reply& reply = exchange->reply;
  out->status = reply.http.status;
  if (!reply.next && !reply.http.trailers.empty() && !exchange->frame->is_http10) {
    MakePieces(&reply);
  }
  CopyFields(reply.http.headers, &out->headers);
  if (HasNoBody(out->status)) return;
  if (!reply.next) {
    out->body = std::move(reply.http.body);
  } else {
    out->headers.erase("Content-Type");  // set with the content
    SetPieces(exchange, out);
  }
}

// Puts right what the library has added to the fields of an answer.
void SettleFields(const AnswerFrame& frame, httplib::Response* out) {
  httplib::Headers& headers = out->headers;
  headers.erase("Keep-Alive");
  headers.erase("Accept-Ranges");
  if (HasNoBody(out->status)) headers.erase("Content-Length");
  if (headers.find("Date") == headers.end()) headers.emplace("Date", CurrentDate());
  if (frame.closes) {
    headers.emplace("Connection", "close");
  } else if (frame.is_http10) {
    headers.emplace("Connection", "keep-alive");
  }
}

}  // namespace

class AnswerWriter::Library : public httplib::Server {
 public:
  Library() {
    set_pre_routing_handler([](const httplib::Request& in, httplib::Response& out) {
      SetReply(&ExchangeOf(in), &out);
      return HandlerResponse::Handled;
    });
    set_post_routing_handler([](const httplib::Request& in, httplib::Response& out) {
      SettleFields(*ExchangeOf(in).frame, &out);
    });
    svr_sock_ = 0;  // the library gives up on bodies while it believes to be stopped
  }

  bool Run(Exchange* exchange) {
    ExchangeStream stream(ConstantHead(*exchange->frame), exchange->connection);
    bool closed = false;
    try {
      return process_request(stream, false, closed, [exchange](httplib::Request& request) {
        request.response_handler = Ticket{exchange};
      });
    } catch (const std::exception&) {
      return false;  // thrown by a piece of the body; the head has been sent
    }
  }
};

AnswerWriter::AnswerWriter() : library_(std::make_unique<Library>()) {}

AnswerWriter::~AnswerWriter() = default;

bool AnswerWriter::Write(Reply reply, AnswerFrame* frame, Connection& connection) {
  Exchange exchange{std::move(reply), frame, &connection};
  return library_->Run(&exchange) && connection.Flush();
}

}  // namespace trestle
