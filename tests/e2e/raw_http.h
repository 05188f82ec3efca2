// HTTP/1.1 over a bare socket (RawClient): the test writes the bytes of a request, and the bytes of
// the response are parsed here, without an HTTP library.

#ifndef TRESTLE_TESTS_E2E_RAW_HTTP_H_
#define TRESTLE_TESTS_E2E_RAW_HTTP_H_

#include <string>

#include "trestle/transcoding/http.h"

namespace trestle {

// Parses a response: its chunks are joined, and its trailers are separate. The status is 0 if the
// response is incomplete.
HttpResponse ParseResponse(const std::string& bytes);

// Sends one request on its own connection. `headers` are whole lines, each with its CRLF; Host,
// Connection and Content-Length are added.
HttpResponse Exchange(int port, const std::string& method, const std::string& target,
                      const std::string& headers, const std::string& body);

}  // namespace trestle

#endif  // TRESTLE_TESTS_E2E_RAW_HTTP_H_
