// Who a client has proven to be.

#ifndef TRESTLE_SERVER_CLIENT_CERTIFICATE_H_
#define TRESTLE_SERVER_CLIENT_CERTIFICATE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "trestle/server/backend.h"

namespace trestle {

// What a certificate says that a client has shown in its TLS handshake, and that one of
// the authorities that the server believes vouches for. Printable ASCII.
struct ClientCertificate {
  std::string subject;                 // RFC 4514: "CN=billing,O=Example\, Inc."
  std::vector<std::string> dns_names;  // subject alternative names
  std::vector<std::string> uris;       // the same: "spiffe://example.test/billing"
  std::string sha256;                  // of its DER, in lower case hexadecimal
};

// Appends it for the backend: `x-client-cert-subject`, `x-client-cert-sha256`, and
// `x-client-cert-dns` and `x-client-cert-uri` once for each of those names, so that no
// name can pass for two.
void AppendClientCertificate(const ClientCertificate& certificate, Metadata* metadata);

// Returns true if `name`, in lower case, is one that only AppendClientCertificate may use, also
// with "_" in the place of "-": from a client it would be a lie.
bool IsClientCertificateKey(absl::string_view name);

}  // namespace trestle

#endif  // TRESTLE_SERVER_CLIENT_CERTIFICATE_H_
