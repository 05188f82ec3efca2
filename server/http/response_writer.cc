#include "trestle/server/http/response_writer.h"

#include <exception>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "trestle/server/http/response_head.h"
#include "trestle/transcoding/http.h"
#include "trestle/transcoding/http_fields.h"

namespace trestle {
namespace {

// How the client finds the end of the body (RFC 9112 6.3).
enum class Body {
  kNone,     // responses with this status have no body (RFC 9110 6.4.1)
  kEmpty,    // responses with this status have an empty body (RFC 9110 15.3.6)
  kLength,   // Content-Length
  kChunks,   // the last chunk
  kClosing,  // the end of the connection
};

bool HasNoBody(int status) { return status < 200 || status == 204 || status == 304; }

Body BodyOf(const Reply& reply, bool is_http10) {
  if (HasNoBody(reply.http.status)) return Body::kNone;
  if (reply.http.status == 205) return Body::kEmpty;
  if (reply.next) return is_http10 ? Body::kClosing : Body::kChunks;
  // Only a chunked body can have trailers.
  return reply.http.trailers.empty() || is_http10 ? Body::kLength : Body::kChunks;
}

std::string HeadOf(const HttpResponse& http, Body body, const ResponseFraming& framing,
                   const FixedFields& fixed) {
  std::string head;
  head.reserve(512);
  AppendStatusLine(http.status, &head);
  AppendFieldLines(http.headers, &head);
  head.append(fixed.lines);
  if (FindField(http.headers, "Date") == nullptr) AppendDate(&head);
  if (body == Body::kEmpty) {
    head.append("Content-Length: 0\r\n");
  } else if (body == Body::kLength) {
    absl::StrAppend(&head, "Content-Length: ", http.body.size(), "\r\n");
  } else if (body == Body::kChunks) {
    head.append("Transfer-Encoding: chunked\r\n");
  }
  if (framing.closes) {
    head.append("Connection: close\r\n");
  } else if (framing.is_http10) {
    head.append("Connection: keep-alive\r\n");
  }
  head.append("\r\n");
  return head;
}

// Writes one chunk. Writes nothing for no bytes, since an empty chunk is the last one.
void WriteChunk(std::string bytes, Connection& connection) {
  if (bytes.empty()) return;
  connection.Write(absl::StrCat(absl::Hex(bytes.size()), "\r\n"));
  // After a long chunk the CRLF would need its own send, so it is appended; but not to a string
  // without room for it, which would be copied.
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

// For a counter that only this thread changes.
void Add(uint64_t bytes, std::atomic<uint64_t>* count) {
  count->store(count->load(std::memory_order_relaxed) + bytes, std::memory_order_relaxed);
}

// Sends the pieces as they come. Returns false if the body could not be sent completely.
bool WritePieces(const Reply& reply, Body body, Connection& connection,
                 std::atomic<uint64_t>* body_bytes) {
  for (;;) {
    std::string piece;
    HttpFields trailers;
    const Reply::Piece kind = NextPiece(reply, &piece, &trailers);
    if (kind == Reply::Piece::kBroken) return false;
    Add(piece.size(), body_bytes);
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

// Makes the client notice that the body is incomplete: by a missing last chunk, or else by a reset.
void BreakOff(Body body, Connection& connection) {
  connection.Flush();
  if (body != Body::kChunks) connection.ResetOnClose();
}

bool WriteBody(Reply reply, Body body, bool is_head, Connection& connection,
               std::atomic<uint64_t>* body_bytes) {
  if (body == Body::kNone || body == Body::kEmpty || is_head) return true;
  if (reply.next) {
    if (WritePieces(reply, body, connection, body_bytes)) return true;
    BreakOff(body, connection);
    return false;
  }
  Add(reply.http.body.size(), body_bytes);
  if (body == Body::kLength) return connection.Write(reply.http.body);
  WriteChunk(std::move(reply.http.body), connection);
  WriteLastChunk(reply.http.trailers, connection);
  return true;
}

}  // namespace

bool EndsWithConnection(const Reply& reply, bool is_http10) {
  return BodyOf(reply, is_http10) == Body::kClosing;
}

bool WriteResponse(Reply reply, const ResponseFraming& framing, const FixedFields& fixed,
                   Connection& connection, std::atomic<uint64_t>* body_bytes) {
  const Body body = BodyOf(reply, framing.is_http10);
  for (absl::string_view name : fixed.replaced) RemoveFields(name, &reply.http.headers);
  connection.Write(HeadOf(reply.http, body, framing, fixed));
  return WriteBody(std::move(reply), body, framing.is_head, connection, body_bytes) &&
         connection.Flush();
}

}  // namespace trestle
