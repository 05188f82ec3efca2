// Status <-> HTTP status and error JSON (mapping.md section 7). The one file that
// knows which HTTP status a failure is.

#ifndef TRESTLE_TRANSCODING_ERROR_H_
#define TRESTLE_TRANSCODING_ERROR_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/codec/schema.h"
#include "trestle/transcoding/http.h"
#include "trestle/transcoding/options.h"

namespace trestle {

// The payload's key for the bytes of grpc-status-details-bin: a whole google.rpc.Status,
// whose details keep their order and may repeat a type.
inline constexpr char kStatusDetailsUrl[] = "type.googleapis.com/google.rpc.Status";

// A failure that HTTP has a status of its own for: 405, 413, 415 … The gRPC code is
// the one nearest to it; the HTTP status travels as a payload.
absl::Status HttpError(int http_status, absl::string_view message);

// Returns the error for a body in a Content-Encoding that is not supported: 415. `supported` names
// those that are: "gzip, or none".
absl::Status UnsupportedCoding(absl::string_view coding, absl::string_view supported);

// The HTTP status of `status`: that of HttpError, or of its code (R84).
int HttpStatusOf(const absl::Status& status);

// The JSON of `status` as a stream's last element (S3), appended to `*json`: {"error":…} in
// either shape, so that it is told from a message. Within it is R80's
// {"code":404,"message":"…","status":"NOT_FOUND","details":[…]}, or for ErrorShape::kStatus
// {"code":5,"message":"…","details":[…]}.
//
// Details are those of the payload kStatusDetailsUrl where there is one, and the status's
// other payloads by the order of their type URLs. A type that neither `types` nor the
// program knows degrades to its base64 (R73, R83, R85).
void EncodeErrorJson(const absl::Status& status, SchemaPool& types, const Options& options,
                     std::string* json);

// The whole answer: the same JSON, but that of ErrorShape::kStatus without {"error":…}
// around it; `WWW-Authenticate` for 401 (R84), `Retry-After` from a RetryInfo (R86).
HttpResponse EncodeError(const absl::Status& status, SchemaPool& types, const Options& options);

// The reverse, for clients: the status of a response that is not 2xx (R87), in either
// shape, with or without {"error":…} around it. The code is the body's `status`, or its
// `code` where that is a google.rpc.Code and not an HTTP status, else the HTTP status's;
// the message is the body's, else quotes its first 200 bytes; each detail is a payload
// under its type URL (of two of one type the first), as serialized bytes of its type where
// `types` or the program knows it, else as its JSON.
absl::Status DecodeError(const HttpResponse& http, SchemaPool& types);

// The code that an HTTP status alone tells (R87): 404 is kNotFound, 2xx kOk, 3xx kUnknown,
// an unlisted 4xx kFailedPrecondition, any other kInternal.
absl::StatusCode CodeOfHttpStatus(int http_status);

// The name in google.rpc.Code, "NOT_FOUND", and back ("" and kUnknown if there is none).
absl::string_view CodeName(absl::StatusCode code);
absl::StatusCode CodeOfName(absl::string_view name);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_ERROR_H_
