// The server side of TLS: its certificate, and the authorities it trusts for clients.

#ifndef TRESTLE_SERVER_TLS_TLS_SERVER_H_
#define TRESTLE_SERVER_TLS_TLS_SERVER_H_

#include <openssl/types.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "trestle/server/listen_options.h"
#include "trestle/server/server_stats.h"
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

  // Count handshakes that have ended.
  void CountHandshake() { handshakes_.fetch_add(1, std::memory_order_relaxed); }
  void CountFailedHandshake() { failed_handshakes_.fetch_add(1, std::memory_order_relaxed); }

  // Returns the counts so far, and the certificates in use.
  TlsStats stats() const;

 private:
  using Context = std::shared_ptr<SSL_CTX>;

  TlsServer(TlsOptions options, absl::Duration interval);
  void ReloadIfChanged();
  void Use(const absl::StatusOr<TlsTexts>& texts);
  absl::Status Install(const TlsTexts& texts);

  const TlsOptions options_;
  const absl::Duration interval_;

  std::atomic<uint64_t> handshakes_{0};
  std::atomic<uint64_t> failed_handshakes_{0};
  std::atomic<uint64_t> reloads_{0};
  std::atomic<uint64_t> failed_reloads_{0};

  mutable std::mutex context_mutex_;  // guards the next two members
  Context context_;
  std::vector<CertificateStats> certificates_;

  std::mutex reload_mutex_;  // guards the members below
  absl::Time next_reload_;
  std::string fingerprint_;  // of the files when they were last read
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_TLS_TLS_SERVER_H_
