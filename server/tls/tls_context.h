// What all connections of TLS have in common, from the text of its files.

#ifndef TRESTLE_SERVER_TLS_TLS_CONTEXT_H_
#define TRESTLE_SERVER_TLS_TLS_CONTEXT_H_

#include <openssl/types.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "trestle/server/listen_options.h"

namespace trestle {

// The content of the files of TlsOptions.
struct TlsTexts {
  std::string certificate, key, client_ca;
};

// InvalidArgument names the file of `options` that is wrong, and says why.
absl::StatusOr<TlsTexts> ReadTlsTexts(const TlsOptions& options);

// The same for a file that cannot be used as it is, or not with the others.
absl::StatusOr<std::shared_ptr<SSL_CTX>> NewTlsContext(const TlsOptions& options,
                                                       const TlsTexts& texts);

}  // namespace trestle

#endif  // TRESTLE_SERVER_TLS_TLS_CONTEXT_H_
