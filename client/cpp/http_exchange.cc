// The request is written head first, a small body together with the head. While there is no room
// for more of it, bytes of the response are read, as far as its head: a status of 300 or above
// ends the sending, since the server will not take the rest (RFC 9112 9.5). A connection that is
// lost while the request is sent may still hold a response that says why. Such a connection is
// not used again.
//
// The body passes from the stream's buffer through the reader, which removes the framing, and
// the decoder, which undoes the content coding, into the piece. Nothing is read ahead: a reader
// that is slow slows the server.

#include "trestle/client/cpp/http_exchange.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace trestle {
namespace {

// A body of up to this size is sent together with the head.
constexpr size_t kSmallBody = 16 << 10;
// A piece of the body is not made larger than this.
constexpr size_t kMaxPiece = 64 << 10;

// Methods with a body that is expected: an empty one is sent as such (RFC 9110 8.6).
bool ExpectsBody(absl::string_view method) {
  return method == "POST" || method == "PUT" || method == "PATCH";
}

std::string HeadOf(const HttpRequest& request, absl::string_view authority) {
  std::string head = absl::StrCat(request.method, " ", request.path,
                                  request.query.empty() ? "" : "?", request.query, " HTTP/1.1\r\n");
  if (FindField(request.headers, "host") == nullptr) {
    absl::StrAppend(&head, "Host: ", authority, "\r\n");
  }
  for (const HttpField& field : request.headers) {
    absl::StrAppend(&head, field.name, ": ", field.value, "\r\n");
  }
  if (!request.body.empty() || ExpectsBody(request.method)) {
    absl::StrAppend(&head, "Content-Length: ", request.body.size(), "\r\n");
  }
  return head + "\r\n";
}

}  // namespace

HttpExchange::HttpExchange(int fd, SSL* ssl, const Call& call)
    : stream_(fd, ssl, call.deadline, call.idle_timeout), reader_(call.request.method) {}

absl::Status HttpExchange::Start(const HttpRequest& request, absl::string_view authority,
                                 HttpResponse* head) {
  absl::Status status = SendRequest(HeadOf(request, authority), request.body);
  if (status.ok()) status = WaitForHead();
  if (!status.ok()) return status;
  head->status = reader_.head().status();
  head->headers = reader_.head().fields();
  absl::StatusOr<ContentDecoder> decoder = ContentDecoder::For(head->headers);
  if (decoder.ok()) {
    decoder_ = *std::move(decoder);
    return absl::OkStatus();
  }
  // The status of an error matters more than its body, which is then left as it is.
  return is_refused() || reader_.is_complete() ? absl::OkStatus() : decoder.status();
}

// ---- the request

absl::Status HttpExchange::SendRequest(absl::string_view head, absl::string_view body) {
  std::string first(head);
  if (body.size() <= kSmallBody) {
    first.append(body.data(), body.size());
    body = {};
  }
  absl::Status status = SendPart(first);
  if (status.ok()) status = SendPart(body);
  has_sent_all_ = status.ok() && !is_refused();
  const bool has_response = stream_.is_lost() && WaitForHead().ok();
  return has_response ? absl::OkStatus() : status;
}

absl::Status HttpExchange::SendPart(absl::string_view bytes) {
  while (!bytes.empty() && !is_refused()) {
    has_sent_ = true;
    absl::StatusOr<size_t> count = stream_.Write(bytes);
    if (!count.ok()) return count.status();
    bytes.remove_prefix(*count);
    if (*count > 0) continue;
    absl::Status status = TakeHead();
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

// ---- the response

absl::Status HttpExchange::TakeHead() {
  absl::string_view bytes = stream_.unread();
  const size_t size = bytes.size();
  absl::Status status = reader_.TakeHead(&bytes);
  stream_.Consume(size - bytes.size());
  return status;
}

absl::Status HttpExchange::WaitForHead() {
  while (!reader_.has_head()) {
    absl::StatusOr<absl::string_view> bytes = stream_.Fill();
    if (!bytes.ok()) return bytes.status();
    absl::Status status = bytes->empty() ? reader_.End() : TakeHead();
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> HttpExchange::ReadBody(std::string* piece) {
  piece->clear();
  if (failure_.ok()) failure_ = ReadPiece(piece);
  if (!piece->empty()) return true;  // a failure comes after it
  if (failure_.ok()) failure_ = decoder_.End();
  if (!failure_.ok()) return failure_;
  return false;
}

absl::Status HttpExchange::ReadPiece(std::string* piece) {
  while (piece->size() < kMaxPiece) {
    if (data_.empty() && !decoder_.has_output()) {
      if (reader_.is_complete() || (stream_.unread().empty() && !piece->empty())) break;
      absl::Status status = NextData();
      if (!status.ok()) return status;
      if (data_.empty()) continue;
    }
    absl::Status status = decoder_.Decode(&data_, kMaxPiece - piece->size(), piece);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

// Moves on to data of the body, perhaps none.
absl::Status HttpExchange::NextData() {
  absl::StatusOr<absl::string_view> bytes = stream_.Fill();
  if (!bytes.ok()) return bytes.status();
  if (bytes->empty()) return reader_.End();
  const size_t size = bytes->size();
  absl::Status status = reader_.TakeBody(&*bytes, &data_);
  stream_.Consume(size - bytes->size());
  return status;
}

bool HttpExchange::leaves_connection_usable() const {
  return has_sent_all_ && reader_.allows_reuse() && data_.empty() && stream_.unread().empty() &&
         !stream_.has_ended();
}

}  // namespace trestle
