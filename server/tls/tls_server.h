// The server's side of TLS: what it shows, whom it believes, what it agrees to.

#ifndef TRESTLE_SERVER_TLS_TLS_SERVER_H_
#define TRESTLE_SERVER_TLS_TLS_SERVER_H_

#include <openssl/types.h>

#include <memory>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "trestle/server/listen_options.h"
#include "trestle/server/tls/tls_context.h"

namespace trestle {

// TLS 1.2 and 1.3, and HTTP/1.1 on it, by files that may change. Thread-safe.
class TlsServer {
 public:
  // Reads the files, and from then on looks at them at most once in `interval`, when a
  // connection comes. InvalidArgument names the file and says what is wrong with it.
  static absl::StatusOr<std::unique_ptr<TlsServer>> Make(
      const TlsOptions& options, absl::Duration interval = absl::Seconds(1));
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  // The state of a connection whose handshake is yet to come. It is made by what the files
  // say; while they are wrong, by what they said last that was right. Null: out of memory.
  std::unique_ptr<SSL, void (*)(SSL*)> NewConnection();

 private:
  using Context = std::shared_ptr<SSL_CTX>;

  TlsServer(TlsOptions options, absl::Duration interval);
  void Look();
  absl::Status Use(const TlsTexts& texts);

  const TlsOptions options_;
  const absl::Duration interval_;

  std::mutex context_mutex_;
  Context context_;

  std::mutex look_mutex_;  // of what is below
  absl::Time next_look_;
  std::string seen_;  // at the last look
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_TLS_TLS_SERVER_H_
