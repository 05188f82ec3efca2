// HTTP requests and responses as plain values, which the mapping reads and writes. They have no
// sockets and do not depend on an HTTP library.

#ifndef TRESTLE_TRANSCODING_HTTP_H_
#define TRESTLE_TRANSCODING_HTTP_H_

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace trestle {

// One field line of a message (RFC 9110 5.1). Names compare without case.
struct HttpField {
  std::string name;
  std::string value;
};

// Field lines in the order they were sent; a name may occur more than once.
using HttpFields = std::vector<HttpField>;

// Returns the value of the first field called `name`, or nullptr.
inline const std::string* FindField(const HttpFields& fields, absl::string_view name) {
  for (const HttpField& field : fields) {
    if (absl::EqualsIgnoreCase(field.name, name)) return &field.value;
  }
  return nullptr;
}

// A request (RFC 9110 3.4). `path` and `query` are as on the wire: percent-encoded,
// and split at the first "?" of the target; `query` is without the "?".
struct HttpRequest {
  std::string method;
  std::string path;
  std::string query;
  HttpFields headers;
  std::string body;
};

// A response. `trailers` are sent only to a client that asked for them (H3).
struct HttpResponse {
  int status = 200;
  HttpFields headers;
  std::string body;
  HttpFields trailers;
};

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_HTTP_H_
