// The identity that a client has proven in its TLS handshake.

#ifndef TRESTLE_SERVER_CLIENT_CERTIFICATE_H_
#define TRESTLE_SERVER_CLIENT_CERTIFICATE_H_

#include <string>
#include <vector>

namespace trestle {

// The names in a client's certificate, once it was verified against the certificate authorities
// that the server trusts. Printable ASCII.
struct ClientCertificate {
  std::string subject;                 // RFC 4514: "CN=billing,O=Example\, Inc."
  std::vector<std::string> dns_names;  // subject alternative names
  std::vector<std::string> uris;       // the same: "spiffe://example.test/billing"
  std::string sha256;                  // of its DER, in lower case hexadecimal
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_CLIENT_CERTIFICATE_H_
