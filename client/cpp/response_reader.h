// Reads one response from bytes, wherever these come from.

#ifndef TRESTLE_CLIENT_CPP_RESPONSE_READER_H_
#define TRESTLE_CLIENT_CPP_RESPONSE_READER_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "trestle/client/cpp/chunk_decoder.h"
#include "trestle/client/cpp/response_head.h"

namespace trestle {

// Takes the bytes of a connection in pieces of any size: first the head, then the body. Bytes
// that are not consumed do not belong to the response. After a failure the reader is unusable.
class ResponseReader {
 public:
  // `request_method` decides whether the response may have a body (RFC 9112 6.3).
  explicit ResponseReader(absl::string_view request_method);

  // Consumes bytes of the head from the front of `*bytes`. The failures are those of
  // ResponseHead::Add.
  absl::Status TakeHead(absl::string_view* bytes);
  bool has_head() const { return head_.complete(); }
  const ResponseHead& head() const { return head_; }

  // Once has_head: consumes bytes of the body from the front of `*bytes`, and sets `*data` to
  // those of them that are data, perhaps none. The failures are those of ChunkDecoder::Take.
  absl::Status TakeBody(absl::string_view* bytes, absl::string_view* data);
  // Returns whether the response has been read to its end.
  bool is_complete() const { return has_head() && framing_ == Framing::kEnded; }

  // The connection has ended. Fails with Unavailable unless this ends the response, too.
  absl::Status End();

  // Returns whether the response is complete and the connection can take another request.
  bool allows_reuse() const {
    return is_complete() && !has_ended_ && !is_connect_ && head_.keeps_connection() &&
           !IsBodyOfNoContent();
  }

 private:
  // How the rest of the body is delimited.
  enum class Framing { kEnded, kLength, kChunks, kUntilClose };

  // Returns whether a response that has no body announces one, which may be sent all the same. (The
  // ones to HEAD, and 304, announce the body of another response.)
  bool IsBodyOfNoContent() const {
    return head_.status() == 204 && (head_.chunked() || head_.content_length().value_or(0) > 0);
  }
  void BeginBody();
  Framing FramingOfBody() const;

  const bool is_head_;
  const bool is_connect_;
  bool has_bytes_ = false;
  bool has_ended_ = false;  // the connection
  ResponseHead head_;
  Framing framing_ = Framing::kEnded;
  uint64_t left_ = 0;  // bytes, of kLength
  ChunkDecoder chunks_;
};

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_RESPONSE_READER_H_
