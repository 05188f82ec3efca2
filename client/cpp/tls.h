// TLS as a client speaks it.

#ifndef TRESTLE_CLIENT_CPP_TLS_H_
#define TRESTLE_CLIENT_CPP_TLS_H_

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "trestle/client/cpp/options.h"

namespace trestle {

struct FreeSsl {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* session) const { SSL_free(session); }
};
using SslContext = std::unique_ptr<SSL_CTX, FreeSsl>;
using SslSession = std::unique_ptr<SSL, FreeSsl>;

// Reads the files of `options`. Fails with FailedPrecondition if one of them cannot be used.
absl::StatusOr<SslContext> NewClientContext(const ClientTlsOptions& options);

// Makes the TLS handshake with `host`, a name or an IP address, over the non-blocking socket `fd`,
// which must outlive the session; `context` need not. Fails with FailedPrecondition if the server's
// certificate is not trusted, otherwise with Unavailable; if the handshake takes until `deadline`,
// too.
absl::StatusOr<SslSession> ConnectTls(SSL_CTX* context, const std::string& host, int fd,
                                      absl::Time deadline);

// Sends close_notify, if the socket has room for it.
void SendCloseNotify(SSL* session);

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_TLS_H_
