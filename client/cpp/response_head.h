// Reads and checks the head of a response.

#ifndef TRESTLE_CLIENT_CPP_RESPONSE_HEAD_H_
#define TRESTLE_CLIENT_CPP_RESPONSE_HEAD_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "trestle/transcoding/http.h"

namespace trestle {

class ResponseHead {
 public:
  // Of all heads of one exchange, those of 1xx responses included.
  static constexpr size_t kMaxBytes = 64 << 10;
  static constexpr size_t kMaxStatusLine = 1024;

  // Adds a byte as it arrives. Fails with ResourceExhausted above the limits, with Internal if
  // this is not the head of an HTTP/1.0 or 1.1 response (RFC 9112 4 and 5), or if it does not
  // say clearly where the body ends (RFC 9112 6.3).
  absl::Status Add(char byte);

  // Returns whether the head has ended. 1xx responses before it are dropped (RFC 9110 15.2).
  bool complete() const { return complete_; }

  // The following hold once the head is complete.

  int status() const { return status_; }
  // The header fields in their order, without the space around values (RFC 9112 5).
  const HttpFields& fields() const { return fields_; }
  // Returns whether the body is in chunks.
  bool chunked() const { return chunked_; }
  // The value of Content-Length, if there is one.
  const absl::optional<uint64_t>& content_length() const { return content_length_; }
  // Returns whether the server keeps the connection open after this response (RFC 9112 9.3). It is
  // never kept after a response of HTTP/1.0.
  bool keeps_connection() const;

 private:
  absl::Status AddLine(absl::string_view line);
  absl::Status AddStatusLine(absl::string_view line);
  absl::Status AddField(absl::string_view line);
  absl::Status End();
  absl::Status ReadLengths();
  absl::Status ReadEncodings();

  std::string bytes_;
  size_t dropped_ = 0;  // bytes of 1xx responses
  size_t line_ = 0;     // where the current line begins
  bool is_http_1_0_ = false;
  int status_ = 0;  // 0: the status line is still to come
  HttpFields fields_;
  bool chunked_ = false;
  absl::optional<uint64_t> content_length_;
  bool complete_ = false;
};

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_RESPONSE_HEAD_H_
