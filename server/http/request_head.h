// Parses the head of an HTTP/1.1 request strictly (RFC 9112): a head that could be read in two ways
// is rejected, and nothing after this parser sees it. Pure functions over bytes.

#ifndef TRESTLE_SERVER_HTTP_REQUEST_HEAD_H_
#define TRESTLE_SERVER_HTTP_REQUEST_HEAD_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/http.h"
#include "trestle/transcoding/options.h"

namespace trestle {

// How the end of a body is found (RFC 9112 6.3).
struct BodyFraming {
  enum Kind { kNone, kLength, kChunked };
  Kind kind = kNone;
  uint64_t length = 0;  // with kLength
};

// A valid request head.
struct Head {
  HttpRequest request;  // without body and peer
  BodyFraming framing;
  bool is_http10 = false;
  bool keep_alive = true;         // RFC 9112 9.3
  bool expects_continue = false;  // only if there is a body (RFC 9110 10.1.1)
};

// Returns the length of the head at the start of `bytes`, with its empty line, or 0 if that has not
// arrived. The first `searched` bytes have been searched before.
size_t FindHeadEnd(absl::string_view bytes, size_t searched);

// Checks that the beginning of a head may still become one within `limits`. Fails with HttpError
// 414, 431, or 501 for a method that is too long.
absl::Status CheckHeadSize(absl::string_view bytes, const LimitOptions& limits);

// Parses a whole head. The authority of an absolute-form replaces the value of Host (RFC 9112
// 3.2.2). Fails with an HttpError (error.h) of 400, 414, 417, 431, 501 or 505. Nothing else can be
// read from the connection then.
absl::StatusOr<Head> ParseHead(absl::string_view bytes, const LimitOptions& limits);

// Returns the valid field lines called `name` of a head that may be malformed or incomplete. For
// the response to it only: nothing else may depend on them.
HttpFields FindFieldLines(absl::string_view head, absl::string_view name);

// Parses one field line without its CRLF (RFC 9112 5). Fails with HttpError 400.
absl::StatusOr<HttpField> ParseFieldLine(absl::string_view line);

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_REQUEST_HEAD_H_
