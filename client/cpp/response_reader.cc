// The head decides how the body is delimited, in the order of RFC 9112 6.3: there is none after
// HEAD, CONNECT, 204 and 304; else it is in chunks, or has a length, or lasts until the
// connection ends. Only in the last case is the end of the connection an end of the response.

#include "trestle/client/cpp/response_reader.h"

#include <algorithm>

namespace trestle {

ResponseReader::ResponseReader(absl::string_view request_method)
    : is_head_(request_method == "HEAD"), is_connect_(request_method == "CONNECT") {}

absl::Status ResponseReader::TakeHead(absl::string_view* bytes) {
  has_bytes_ = has_bytes_ || !bytes->empty();
  while (!bytes->empty() && !head_.complete()) {
    absl::Status status = head_.Add(bytes->front());
    if (!status.ok()) return status;
    bytes->remove_prefix(1);
  }
  if (head_.complete()) BeginBody();
  return absl::OkStatus();
}

void ResponseReader::BeginBody() {
  framing_ = FramingOfBody();
  left_ = framing_ == Framing::kLength ? *head_.content_length() : 0;
  if (framing_ == Framing::kLength && left_ == 0) framing_ = Framing::kEnded;
}

ResponseReader::Framing ResponseReader::FramingOfBody() const {
  const bool has_body = !is_head_ && !is_connect_ && head_.status() != 204 && head_.status() != 304;
  if (!has_body) return Framing::kEnded;
  if (head_.chunked()) return Framing::kChunks;
  return head_.content_length().has_value() ? Framing::kLength : Framing::kUntilClose;
}

absl::Status ResponseReader::TakeBody(absl::string_view* bytes, absl::string_view* data) {
  *data = {};
  if (framing_ == Framing::kEnded) return absl::OkStatus();
  if (framing_ == Framing::kChunks) {
    absl::Status status = chunks_.Take(bytes, data);
    if (chunks_.ended()) framing_ = Framing::kEnded;
    return status;
  }
  const bool has_length = framing_ == Framing::kLength;
  *data = has_length ? bytes->substr(0, std::min<uint64_t>(left_, bytes->size())) : *bytes;
  bytes->remove_prefix(data->size());
  left_ -= has_length ? data->size() : 0;
  if (has_length && left_ == 0) framing_ = Framing::kEnded;
  return absl::OkStatus();
}

absl::Status ResponseReader::End() {
  has_ended_ = true;
  if (is_complete()) return absl::OkStatus();
  if (has_head() && framing_ == Framing::kUntilClose) {
    framing_ = Framing::kEnded;
    return absl::OkStatus();
  }
  return absl::UnavailableError(has_bytes_ ? "the connection ended in the middle of the response"
                                           : "the server closed the connection without a response");
}

}  // namespace trestle
