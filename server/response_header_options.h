// The header fields that a server adds to its responses.

#ifndef TRESTLE_SERVER_RESPONSE_HEADER_OPTIONS_H_
#define TRESTLE_SERVER_RESPONSE_HEADER_OPTIONS_H_

#include <string>

namespace trestle {

// Each field replaces those of the same name that a handler or a backend has set (E17). In
// addition, every response has `X-Content-Type-Options: nosniff`.
struct ResponseHeaderOptions {
  // `Strict-Transport-Security` of responses over TLS (RFC 6797): "max-age=31536000;
  // includeSubDomains". Empty: not added.
  std::string hsts;
  std::string server;  // `Server`; empty: not added
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_RESPONSE_HEADER_OPTIONS_H_
