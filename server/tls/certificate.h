// X.509 certificates and their keys, from PEM.

#ifndef TRESTLE_SERVER_TLS_CERTIFICATE_H_
#define TRESTLE_SERVER_TLS_CERTIFICATE_H_

#include <openssl/types.h>

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "trestle/server/client_certificate.h"

namespace trestle {

using Certificate = std::unique_ptr<X509, void (*)(X509*)>;
using PrivateKey = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;

// Parses the certificates of `pem`, in their order. Fails with InvalidArgument if there is none or
// one is malformed: "certificate 2 is malformed".
absl::StatusOr<std::vector<Certificate>> ParseCertificates(absl::string_view pem);

// Parses the private key in `pem`. Fails with InvalidArgument if there is none or it is encrypted.
// The message reveals nothing of the key.
absl::StatusOr<PrivateKey> ParsePrivateKey(absl::string_view pem);

// Returns whether `key` belongs to `certificate`.
bool IsKeyOf(const Certificate& certificate, const PrivateKey& key);

// Returns until when `certificate` is valid; InfinitePast if that cannot be read.
absl::Time ExpiryOf(const X509* certificate);

// Returns the names in `certificate`. Alternative names that are not printable are left out.
ClientCertificate DescribeCertificate(const X509* certificate);

}  // namespace trestle

#endif  // TRESTLE_SERVER_TLS_CERTIFICATE_H_
