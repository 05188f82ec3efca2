// Makes the OpenSSL context that all TLS connections share.

#ifndef TRESTLE_SERVER_TLS_TLS_CONTEXT_H_
#define TRESTLE_SERVER_TLS_TLS_CONTEXT_H_

#include <openssl/types.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "trestle/server/listen_options.h"

namespace trestle {

// The contents of the files that TlsOptions names.
struct TlsTexts {
  std::string certificate, key, client_ca;
};

// Reads the files. Fails with InvalidArgument, with file and reason in a line for each that cannot
// be read.
absl::StatusOr<TlsTexts> ReadTlsTexts(const TlsOptions& options);

// Makes a context from their contents. Fails in the same way for a file that is malformed or does
// not match the others.
absl::StatusOr<std::shared_ptr<SSL_CTX>> NewTlsContext(const TlsOptions& options,
                                                       const TlsTexts& texts);

}  // namespace trestle

#endif  // TRESTLE_SERVER_TLS_TLS_CONTEXT_H_
