// The server side of TLS: its certificate, and the authorities it trusts for clients.

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

// Makes TLS 1.2 and 1.3 connections for HTTP/1.1, from files that may change. Thread-safe.
class TlsServer {
 public:
  // Reads the files. Later it reads them again when a connection comes, at most once per
  // `interval`. Fails with InvalidArgument, which names the file and the reason.
  static absl::StatusOr<std::unique_ptr<TlsServer>> Make(
      const TlsOptions& options, absl::Duration interval = absl::Seconds(1));
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  // Returns the state of a connection before its handshake, made from the files as they are, or as
  // they were when they were last valid. Returns null if there is no memory.
  std::unique_ptr<SSL, void (*)(SSL*)> NewConnection();

  // Reads the files now, even if they have not changed, and calls TlsOptions::on_reload. If they
  // are invalid, the previous ones stay in use.
  void Reload();

 private:
  using Context = std::shared_ptr<SSL_CTX>;

  TlsServer(TlsOptions options, absl::Duration interval);
  void ReloadIfChanged();
  void Use(const absl::StatusOr<TlsTexts>& texts);
  absl::Status Install(const TlsTexts& texts);

  const TlsOptions options_;
  const absl::Duration interval_;

  std::mutex context_mutex_;
  Context context_;

  std::mutex reload_mutex_;  // guards the members below
  absl::Time next_reload_;
  std::string fingerprint_;  // of the files when they were last read
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_TLS_TLS_SERVER_H_
