// X.509 certificates and their keys, from PEM.

#ifndef TRESTLE_SERVER_TLS_CERTIFICATE_H_
#define TRESTLE_SERVER_TLS_CERTIFICATE_H_

#include <openssl/types.h>

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "trestle/server/client_certificate.h"

namespace trestle {

using Certificate = std::unique_ptr<X509, void (*)(X509*)>;
using PrivateKey = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;

// The certificates of `pem` in their order, one at least. InvalidArgument says what is wrong:
// "certificate 2 in it is malformed".
absl::StatusOr<std::vector<Certificate>> ParseCertificates(absl::string_view pem);

// The key of `pem`. InvalidArgument, which tells nothing of it, for one that is none or has
// a passphrase.
absl::StatusOr<PrivateKey> ParsePrivateKey(absl::string_view pem);

// Whether `key` is that of `certificate`.
bool IsKeyOf(const Certificate& certificate, const PrivateKey& key);

// What it says of its holder. Of alternative names, those that are printable.
ClientCertificate DescribeCertificate(const X509* certificate);

}  // namespace trestle

#endif  // TRESTLE_SERVER_TLS_CERTIFICATE_H_
