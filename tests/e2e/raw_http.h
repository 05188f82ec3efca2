// HTTP/1.1 over a bare socket: what is sent is what the test wrote, and what came back is
// taken apart here, with no library's idea of HTTP in between.

#ifndef TRESTLE_TESTS_E2E_RAW_HTTP_H_
#define TRESTLE_TESTS_E2E_RAW_HTTP_H_

#include <string>

#include "trestle/transcoding/http.h"

namespace trestle {

// A connection to 127.0.0.1.
class RawConnection {
 public:
  explicit RawConnection(int port);
  ~RawConnection();
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  bool is_open() const { return socket_ >= 0; }
  void Send(const std::string& bytes) const;
  // All that comes until the other side closes.
  std::string ReadAll() const;

 private:
  int socket_;  // -1: refused
};

// An answer taken apart: chunks put together, trailers apart. Status 0 for bytes that are
// no whole answer.
HttpResponse ParseResponse(const std::string& bytes);

// One request on a connection of its own. `headers` are whole lines, each with its CRLF;
// Host, Connection and Content-Length are added.
HttpResponse Exchange(int port, const std::string& method, const std::string& target,
                      const std::string& headers, const std::string& body);

}  // namespace trestle

#endif  // TRESTLE_TESTS_E2E_RAW_HTTP_H_
