// The head of a response, read and checked before cpp-httplib sees it: cpp-httplib has no
// limit for it, takes numbers that are none, knows of the 1xx responses only 100, and gives
// header values percent-decoded and out of order.

#ifndef TRESTLE_CLIENT_CPP_RESPONSE_HEAD_H_
#define TRESTLE_CLIENT_CPP_RESPONSE_HEAD_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/http.h"

namespace trestle {

class ResponseHead {
 public:
  // Of all heads of one exchange, those of 1xx responses included.
  static constexpr size_t kMaxBytes = 64 << 10;
  // cpp-httplib matches a status line by a regular expression that recurses for each
  // character.
  static constexpr size_t kMaxStatusLine = 1024;

  // Adds a byte as it arrives. ResourceExhausted beyond the limits; Internal for what is not
  // the head of an HTTP/1.0 or 1.1 response (RFC 9112 4 and 5), or does not say clearly where
  // the body ends (RFC 9112 6.3).
  absl::Status Add(char byte);

  // Whether the head has ended. 1xx responses before it are dropped (RFC 9110 15.2).
  bool complete() const { return complete_; }

  // A head with the same status line, and of the fields those that a reader of the body needs:
  // cpp-httplib refuses others of more than 8 KiB. Only once complete.
  const std::string& framing() const { return framing_; }

  // The header fields in their order, without the space around values (RFC 9112 5).
  const HttpFields& fields() const { return fields_; }

  // Whether the body is in chunks. Only once complete.
  bool chunked() const { return chunked_; }

 private:
  absl::Status AddLine(absl::string_view line);
  absl::Status AddStatusLine(absl::string_view line);
  absl::Status AddField(absl::string_view line);
  absl::Status End();
  absl::Status CheckLengths() const;
  absl::Status CheckEncodings();

  std::string bytes_;
  std::string framing_;
  size_t dropped_ = 0;  // bytes of 1xx responses
  size_t line_ = 0;     // where the line begins that is being read
  bool is_http_1_0_ = false;
  int status_ = 0;  // 0: the status line is still to come
  HttpFields fields_;
  bool chunked_ = false;
  bool complete_ = false;
};

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_RESPONSE_HEAD_H_
