// The head of an answer, as it goes over the wire.

#ifndef TRESTLE_SERVER_HTTP_RESPONSE_HEAD_H_
#define TRESTLE_SERVER_HTTP_RESPONSE_HEAD_H_

#include <string>

#include "absl/strings/string_view.h"
#include "trestle/transcoding/http.h"

namespace trestle {

// What a status code is called where codes are registered (RFC 9110 15, IANA); empty for one
// that is not.
absl::string_view ReasonPhrase(int status);

// "HTTP/1.1 404 Not Found" CRLF (RFC 9112 4).
void AppendStatusLine(int status, std::string* head);

// "Name: value" CRLF for each field. What would end a line, or be in none, is dropped from
// values (RFC 9110 5.5); a field whose name is no token is left out, and so are those that tell
// where a message ends, which are for the front end to say.
void AppendFieldLines(const HttpFields& fields, std::string* head);

// "Date: Sun, 06 Nov 1994 08:49:37 GMT" CRLF (RFC 9110 6.6.1), of now.
void AppendDate(std::string* head);

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_RESPONSE_HEAD_H_
