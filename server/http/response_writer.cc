#include "trestle/server/http/response_writer.h"

#include <exception>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "trestle/server/http/response_head.h"

namespace trestle {
namespace {

// How the client finds the end of the body (RFC 9112 6.3).
enum class Body {
  kNone,     // the status has none (RFC 9110 6.4.1)
  kEmpty,    // the status has one, of nothing (RFC 9110 15.3.6)
  kLength,   // Content-Length
  kChunks,   // the last chunk
  kClosing,  // the end of the connection
};

bool HasNoBody(int status) { return status < 200 || status == 204 || status == 304; }

Body BodyOf(const Reply& reply, const ResponseFraming& frame) {
  if (HasNoBody(reply.http.status)) return Body::kNone;
  if (reply.http.status == 205) return Body::kEmpty;
  if (reply.next) return frame.is_http10 ? Body::kClosing : Body::kChunks;
  // Trailers need chunks before them.
  return reply.http.trailers.empty() || frame.is_http10 ? Body::kLength : Body::kChunks;
}

std::string HeadOf(const HttpResponse& http, Body body, const ResponseFraming& frame) {
  std::string head;
  head.reserve(512);
  AppendStatusLine(http.status, &head);
  AppendFieldLines(http.headers, &head);
  if (FindField(http.headers, "Date") == nullptr) AppendDate(&head);
  if (body == Body::kEmpty) {
    head.append("Content-Length: 0\r\n");
  } else if (body == Body::kLength) {
    absl::StrAppend(&head, "Content-Length: ", http.body.size(), "\r\n");
  } else if (body == Body::kChunks) {
    head.append("Transfer-Encoding: chunked\r\n");
  }
  if (frame.closes) {
    head.append("Connection: close\r\n");
  } else if (frame.is_http10) {
    head.append("Connection: keep-alive\r\n");
  }
  head.append("\r\n");
  return head;
}

// One chunk; nothing for no bytes, which would be the last chunk.
void WriteChunk(std::string bytes, Connection& connection) {
  if (bytes.empty()) return;
  connection.Write(absl::StrCat(absl::Hex(bytes.size()), "\r\n"));
  // Behind a long one the two bytes would be a send of their own; but a string without room for
  // them would have to be copied.
  if (bytes.capacity() - bytes.size() < 2) {
    connection.Write(bytes);
    connection.Write("\r\n");
    return;
  }
  bytes.append("\r\n");
  connection.Write(bytes);
}

void WriteLastChunk(const HttpFields& trailers, Connection& connection) {
  std::string end = "0\r\n";
  AppendFieldLines(trailers, &end);
  connection.Write(absl::StrCat(end, "\r\n"));
}

Reply::Piece NextPiece(const Reply& reply, std::string* piece, HttpFields* trailers) {
  try {
    return reply.next(piece, trailers);
  } catch (const std::exception&) {
    return Reply::Piece::kBroken;
  }
}

// Sends the pieces as they come.
bool WritePieces(const Reply& reply, Body body, Connection& connection) {
  for (;;) {
    std::string piece;
    HttpFields trailers;
    const Reply::Piece kind = NextPiece(reply, &piece, &trailers);
    if (kind == Reply::Piece::kBroken) return false;
    if (body == Body::kChunks) {
      WriteChunk(std::move(piece), connection);
      if (kind == Reply::Piece::kLast) WriteLastChunk(trailers, connection);
    } else {
      connection.Write(piece);
    }
    if (!connection.Flush()) return false;
    if (kind == Reply::Piece::kLast) return true;
  }
}

// A body that ends without its last chunk is seen to be cut short; without chunks only a reset
// connection tells.
void BreakOff(Body body, ResponseFraming* frame, Connection& connection) {
  connection.Flush();
  if (body != Body::kChunks) connection.ResetOnClose();
  frame->closes = true;
}

bool WriteBody(Reply reply, Body body, ResponseFraming* frame, Connection& connection) {
  if (body == Body::kNone || body == Body::kEmpty || frame->is_head) return true;
  if (reply.next) {
    if (WritePieces(reply, body, connection)) return true;
    BreakOff(body, frame, connection);
    return false;
  }
  if (body == Body::kLength) return connection.Write(reply.http.body);
  WriteChunk(std::move(reply.http.body), connection);
  WriteLastChunk(reply.http.trailers, connection);
  return true;
}

}  // namespace

bool WriteResponse(Reply reply, ResponseFraming* frame, Connection& connection) {
  const Body body = BodyOf(reply, *frame);
  frame->closes |= body == Body::kClosing;
  connection.Write(HeadOf(reply.http, body, *frame));
  return WriteBody(std::move(reply), body, frame, connection) && connection.Flush();
}

}  // namespace trestle
