// Formats response heads.

#ifndef TRESTLE_SERVER_HTTP_RESPONSE_HEAD_H_
#define TRESTLE_SERVER_HTTP_RESPONSE_HEAD_H_

#include <string>

#include "absl/strings/string_view.h"
#include "trestle/transcoding/http.h"

namespace trestle {

// Returns the registered phrase of a status code (RFC 9110 15, IANA), or an empty string.
absl::string_view ReasonPhrase(int status);

// Appends "HTTP/1.1 404 Not Found" CRLF (RFC 9112 4).
void AppendStatusLine(int status, std::string* head);

// Appends "Name: value" CRLF for each field. Drops control characters from values (RFC 9110 5.5),
// fields whose name is not a token, and fields that only the response writer sets: those about the
// framing of the message, and X-Content-Type-Options.
void AppendFieldLines(const HttpFields& fields, std::string* head);

// Appends "Date: Sun, 06 Nov 1994 08:49:37 GMT" CRLF with the current time (RFC 9110 6.6.1).
void AppendDate(std::string* head);

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_RESPONSE_HEAD_H_
