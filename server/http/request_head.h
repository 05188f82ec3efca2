// Reads the head of an HTTP/1.1 message: one reading, or none (RFC 9112). A pure
// function over bytes; what it refuses never reaches anything behind it.

#ifndef TRESTLE_SERVER_HTTP_REQUEST_HEAD_H_
#define TRESTLE_SERVER_HTTP_REQUEST_HEAD_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/http.h"
#include "trestle/transcoding/options.h"
#include "trestle/transcoding/token.h"

namespace trestle {

// How the end of a body is told (RFC 9112 6.3).
struct BodyFraming {
  enum Kind { kNone, kLength, kChunked };
  Kind kind = kNone;
  uint64_t length = 0;  // of a kLength
};

// A request head, checked.
struct Head {
  HttpRequest request;  // without body and peer
  BodyFraming framing;
  bool is_http10 = false;
  bool keep_alive = true;         // RFC 9112 9.3
  bool expects_continue = false;  // and there is a body to wait for (RFC 9110 10.1.1)
};

// The length of the head at the start of `bytes`, through its empty line; 0 while that
// is not there yet. `searched` bytes have been searched before.
size_t FindHeadEnd(absl::string_view bytes, size_t searched);

// Whether the beginning of a head may still become one within `limits`: HttpError 414,
// 431, or 501 for a method that does not end, if it may not.
absl::Status CheckHeadSize(absl::string_view bytes, const LimitOptions& limits);

// Parses a whole head. The authority of an absolute-form is the value of Host, whatever
// Host was (RFC 9112 3.2.2). The error carries the HTTP status (error.h): 400, 414, 417, 431,
// 501 or 505. The connection cannot go on after it.
absl::StatusOr<Head> ParseHead(absl::string_view bytes, const LimitOptions& limits);

// Parses one field line without its CRLF: HttpError 400 if it is none (RFC 9112 5).
absl::StatusOr<HttpField> ParseFieldLine(absl::string_view line);

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_REQUEST_HEAD_H_
