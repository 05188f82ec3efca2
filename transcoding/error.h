// Converts between statuses, HTTP statuses and error JSON (mapping.md section 7). Only this file
// maps failures to HTTP statuses.

#ifndef TRESTLE_TRANSCODING_ERROR_H_
#define TRESTLE_TRANSCODING_ERROR_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/codec/schema.h"
#include "trestle/transcoding/http.h"
#include "trestle/transcoding/options.h"

namespace trestle {

// The key of the payload with the bytes of grpc-status-details-bin: a whole google.rpc.Status,
// whose details keep their order and can have several of one type.
inline constexpr char kStatusDetailsUrl[] = "type.googleapis.com/google.rpc.Status";

// Returns an error with a specific HTTP status: 405, 413, 415 … The gRPC code is the closest one;
// the HTTP status is a payload.
absl::Status HttpError(int http_status, absl::string_view message);

// Returns the error for a body in a Content-Encoding that is not supported: 415. `supported` names
// those that are: "gzip, or none".
absl::Status UnsupportedCoding(absl::string_view coding, absl::string_view supported);

// Returns the HTTP status of `status`: that of HttpError, or that of its code (R84).
int HttpStatusOf(const absl::Status& status);

// Appends the JSON of `status` as the last element of a stream (S3) to `*json`: {"error":…} in both
// shapes, so that it can be distinguished from a message. The content is that of R80,
// {"code":404,"message":"…","status":"NOT_FOUND","details":[…]}, or for ErrorShape::kStatus
// {"code":5,"message":"…","details":[…]}.
//
// The details are those of the payload kStatusDetailsUrl, if any, then the other payloads of the
// status in the order of their type URLs. A detail of a type that neither `types` nor the program
// knows is written as base64 (R73, R83, R85).
void EncodeErrorJson(const absl::Status& status, SchemaPool& types, const Options& options,
                     std::string* json);

// Returns the whole response: the same JSON, but without {"error":…} around it for
// ErrorShape::kStatus; `WWW-Authenticate` for 401 (R84), and `Retry-After` from a RetryInfo (R86).
HttpResponse EncodeError(const absl::Status& status, SchemaPool& types, const Options& options);

// The reverse, for clients: returns the status of a response that is not 2xx (R87), in either
// shape, with or without {"error":…} around it. The code is the `status` in the body, or its `code`
// if that is a google.rpc.Code and not an HTTP status, otherwise the code of the HTTP status. The
// message is that of the body, otherwise a quote of the body's first 200 bytes. Each detail is a
// payload with its type URL as key (the first one of each type): serialized if `types` or the
// program knows its type, otherwise as JSON.
absl::Status DecodeError(const HttpResponse& http, SchemaPool& types);

// Returns the code of an HTTP status alone (R87): 404 is kNotFound, 2xx kOk, 3xx kUnknown, any
// other 4xx kFailedPrecondition, anything else kInternal.
absl::StatusCode CodeOfHttpStatus(int http_status);

// Return the name in google.rpc.Code, "NOT_FOUND", or "" if there is none; and the code of a name,
// or kUnknown.
absl::string_view CodeName(absl::StatusCode code);
absl::StatusCode CodeOfName(absl::string_view name);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_ERROR_H_
