#include "trestle/server/tls/tls_server.h"

#include <openssl/evp.h>
#include <openssl/ssl.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "trestle/server/concurrency/clock.h"
#include "trestle/server/tls/certificate.h"

namespace trestle {
namespace {

std::string Sha256(const std::string& text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha256(), nullptr);
  return std::string(reinterpret_cast<char*>(digest), size);
}

// Identifies the contents of the files, or the error of reading them, so that changes are noticed.
// Times and sizes would not do: they stay the same if a file is written twice within a clock tick.
std::string Fingerprint(const absl::StatusOr<TlsTexts>& texts) {
  if (!texts.ok()) return texts.status().ToString();
  return absl::StrCat(Sha256(texts->certificate), Sha256(texts->key), Sha256(texts->client_ca));
}

std::vector<CertificateStats> StatsOf(const std::string& file, const TlsTexts& texts) {
  std::vector<CertificateStats> all;
  const absl::StatusOr<std::vector<Certificate>> parsed = ParseCertificates(texts.certificate);
  if (!parsed.ok()) return all;
  for (const Certificate& certificate : *parsed) {
    all.push_back(
        {file, DescribeCertificate(certificate.get()).subject, ExpiryOf(certificate.get())});
  }
  return all;
}

}  // namespace

TlsServer::TlsServer(TlsOptions options, absl::Duration interval)
    : options_(std::move(options)), interval_(interval), next_reload_(MonotonicNow() + interval) {}

absl::StatusOr<std::unique_ptr<TlsServer>> TlsServer::Make(const TlsOptions& options,
                                                           absl::Duration interval) {
  std::unique_ptr<TlsServer> server(new TlsServer(options, interval));
  const absl::StatusOr<TlsTexts> texts = ReadTlsTexts(options);
  if (!texts.ok()) return texts.status();
  server->fingerprint_ = Fingerprint(texts);
  if (absl::Status s = server->Install(*texts); !s.ok()) return s;
  return server;
}

std::unique_ptr<SSL, void (*)(SSL*)> TlsServer::NewConnection() {
  ReloadIfChanged();
  Context context;
  {
    std::lock_guard<std::mutex> lock(context_mutex_);
    context = context_;
  }
  // The SSL object keeps the context alive.
  return {SSL_new(context.get()), SSL_free};
}

void TlsServer::ReloadIfChanged() {
  // While one thread reloads, others continue with the current context.
  const std::unique_lock<std::mutex> lock(reload_mutex_, std::try_to_lock);
  if (!lock.owns_lock()) return;
  const absl::Time now = MonotonicNow();
  if (now < next_reload_) return;
  next_reload_ = now + interval_;
  const absl::StatusOr<TlsTexts> texts = ReadTlsTexts(options_);
  std::string fingerprint = Fingerprint(texts);
  if (fingerprint == fingerprint_) return;
  fingerprint_ = std::move(fingerprint);
  Use(texts);
}

void TlsServer::Reload() {
  const std::lock_guard<std::mutex> lock(reload_mutex_);
  next_reload_ = MonotonicNow() + interval_;
  const absl::StatusOr<TlsTexts> texts = ReadTlsTexts(options_);
  fingerprint_ = Fingerprint(texts);
  Use(texts);
}

// Called with reload_mutex_ locked.
void TlsServer::Use(const absl::StatusOr<TlsTexts>& texts) {
  const absl::Status status = texts.ok() ? Install(*texts) : texts.status();
  (status.ok() ? reloads_ : failed_reloads_).fetch_add(1, std::memory_order_relaxed);
  if (options_.on_reload) options_.on_reload(status);
}

absl::Status TlsServer::Install(const TlsTexts& texts) {
  absl::StatusOr<Context> context = NewTlsContext(options_, texts);
  if (!context.ok()) return context.status();
  std::vector<CertificateStats> certificates = StatsOf(options_.certificate_file, texts);
  std::lock_guard<std::mutex> lock(context_mutex_);
  context_ = *std::move(context);
  certificates_ = std::move(certificates);
  return absl::OkStatus();
}

TlsStats TlsServer::stats() const {
  TlsStats stats;
  stats.handshakes = handshakes_.load(std::memory_order_relaxed);
  stats.failed_handshakes = failed_handshakes_.load(std::memory_order_relaxed);
  stats.reloads = reloads_.load(std::memory_order_relaxed);
  stats.failed_reloads = failed_reloads_.load(std::memory_order_relaxed);
  std::lock_guard<std::mutex> lock(context_mutex_);
  stats.certificates = certificates_;
  return stats;
}

}  // namespace trestle
